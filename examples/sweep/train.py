#!/usr/bin/env python3
"""Fits a logistic regression by gradient descent. Standard library only."""

import csv
import json
import math
import os

FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
LABEL, POSITIVE = "species", "Adelie"


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if all(row[name] for name in FEATURES)]
    return [[float(row[name]) for name in FEATURES] for row in rows], [
        1.0 if row[LABEL] == POSITIVE else 0.0 for row in rows
    ]


def main():
    trial = json.loads(os.environ["trial"])
    points, labels = read(os.environ["table"])

    columns = list(zip(*points))
    means = [sum(column) / len(column) for column in columns]
    spreads = [
        math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)) or 1.0
        for column, mean in zip(columns, means)
    ]
    scaled = [[(x - m) / s for x, m, s in zip(point, means, spreads)] for point in points]

    weights, bias = [0.0] * len(FEATURES), 0.0
    for _ in range(trial["epochs"]):
        slopes, slope = [0.0] * len(FEATURES), 0.0
        for point, label in zip(scaled, labels):
            score = bias + sum(w * x for w, x in zip(weights, point))
            error = 1.0 / (1.0 + math.exp(-score)) - label
            slope += error
            slopes = [s + error * x for s, x in zip(slopes, point)]
        bias -= trial["rate"] * slope / len(scaled)
        weights = [
            w - trial["rate"] * (s / len(scaled) + trial["penalty"] * w)
            for w, s in zip(weights, slopes)
        ]

    with open(os.environ["model"], "w", encoding="utf-8") as file:
        json.dump({"means": means, "spreads": spreads, "weights": weights, "bias": bias}, file)


if __name__ == "__main__":
    main()
