#!/usr/bin/env python3
"""Predicts the mileage of cars by stochastic gradient descent, from the last checkpoint on."""

import csv
import json
import os
import random

CHECKPOINT = "/checkpoints/state.json"
FEATURES = ["cylinders", "displacement", "horsepower", "weight", "acceleration", "model_year"]
LABEL = "mpg"


def main():
    rate, epochs = float(os.environ["rate"]), int(os.environ["epochs"])
    with open(os.environ["table"], newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if all(row[name] for name in FEATURES)]
    columns = [[float(row[name]) for row in rows] for name in FEATURES]
    labels = [float(row[LABEL]) for row in rows]
    means = [sum(column) / len(column) for column in columns]
    spreads = [max(column) - min(column) or 1.0 for column in columns]
    points = [
        [(x - m) / s for x, m, s in zip(point, means, spreads)] for point in zip(*columns)
    ]

    state = {"epoch": 0, "weights": [0.0] * len(FEATURES), "bias": sum(labels) / len(labels)}
    if os.path.exists(CHECKPOINT):
        with open(CHECKPOINT, encoding="utf-8") as file:
            state = json.load(file)
    weights, bias = state["weights"], state["bias"]

    order = list(range(len(points)))
    for epoch in range(state["epoch"], state["epoch"] + epochs):
        random.Random(epoch).shuffle(order)
        for at in order:
            error = bias + sum(w * x for w, x in zip(weights, points[at])) - labels[at]
            bias -= rate * error
            weights = [w - rate * error * x for w, x in zip(weights, points[at])]
    guesses = [bias + sum(w * x for w, x in zip(weights, point)) for point in points]
    loss = sum((guess - label) ** 2 for guess, label in zip(guesses, labels)) / len(labels)

    state = {"epoch": state["epoch"] + epochs, "weights": weights, "bias": bias}
    with open(CHECKPOINT + ".new", "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.replace(CHECKPOINT + ".new", CHECKPOINT)

    model = {"features": FEATURES, "means": means, "spreads": spreads, **state}
    with open(os.environ["model"], "w", encoding="utf-8") as file:
        json.dump(model, file)
    with open(os.environ["loss"], "w", encoding="utf-8") as file:
        file.write(repr(loss))
    with open(os.environ["epoch"], "w", encoding="utf-8") as file:
        file.write(str(state["epoch"]))


if __name__ == "__main__":
    main()
