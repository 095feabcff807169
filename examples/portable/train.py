#!/usr/bin/env python3
"""Fits a logistic regression by gradient descent. Standard library only: a stand-in for what needs a GPU."""

import csv
import json
import math
import os

FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
LABEL, POSITIVE = "species", "Adelie"


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if all(row[name] for name in FEATURES)]
    points = [[float(row[name]) for name in FEATURES] for row in rows]
    return points, [1.0 if row[LABEL] == POSITIVE else 0.0 for row in rows]


def value(model, point):
    parts = zip(point, model["means"], model["spreads"], model["weights"])
    return model["bias"] + sum((x - m) / s * w for x, m, s, w in parts)


def fit(points, labels, trial):
    columns = list(zip(*points))
    means = [sum(column) / len(column) for column in columns]
    spreads = [
        math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)) or 1.0
        for column, mean in zip(columns, means)
    ]
    model = {"means": means, "spreads": spreads, "weights": [0.0] * len(FEATURES), "bias": 0.0}
    for _ in range(trial["epochs"]):
        slopes, slope = [0.0] * len(FEATURES), 0.0
        for point, label in zip(points, labels):
            error = 1.0 / (1.0 + math.exp(-value(model, point))) - label
            slope += error / len(points)
            slopes = [
                s + error * (x - m) / spread / len(points)
                for s, x, m, spread in zip(slopes, point, means, spreads)
            ]
        model["bias"] -= trial["rate"] * slope
        model["weights"] = [
            w - trial["rate"] * (s + trial["penalty"] * w) for w, s in zip(model["weights"], slopes)
        ]
    return model


def main():
    trial = json.loads(os.environ["trial"])
    points, labels = read(os.environ["table"])
    # Every third row is kept back, and the model is scored on those.
    model = fit(
        [point for at, point in enumerate(points) if at % 3],
        [label for at, label in enumerate(labels) if at % 3],
        trial,
    )
    kept = list(zip(points, labels))[::3]
    right = sum((value(model, point) > 0) == (label > 0) for point, label in kept)
    with open(os.environ["model"], "w", encoding="utf-8") as file:
        json.dump(model, file)
    with open(os.environ["score"], "w", encoding="utf-8") as file:
        file.write(repr(right / len(kept)))


if __name__ == "__main__":
    main()
