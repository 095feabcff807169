#!/usr/bin/env python3
"""Least squares with a polynomial: the normal equations, solved by elimination."""

import csv
import json
import os


def solve(matrix, right):
    rows = [[*line, value] for line, value in zip(matrix, right)]
    for at in range(len(rows)):
        pivot = max(range(at, len(rows)), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(len(rows)):
            if other != at:
                factor = rows[other][at]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[at])]
    return [row[-1] for row in rows]


def main():
    degree = int(os.environ["degree"])
    with open(os.environ["rows"], newline="", encoding="utf-8") as file:
        rows = [(float(row["distance"]) / 10, float(row["fare"])) for row in csv.DictReader(file)]
    train = [row for at, row in enumerate(rows) if at % 5]
    test = rows[::5]

    powers = range(degree + 1)
    matrix = [[sum(x ** (a + b) for x, _ in train) for b in powers] for a in powers]
    right = [sum(y * x**a for x, y in train) for a in powers]
    weights = solve(matrix, right)

    guesses = [sum(w * x**a for a, w in zip(powers, weights)) for x, _ in test]
    error = sum(abs(guess - y) for guess, (_, y) in zip(guesses, test)) / len(test)
    with open(os.environ["model"], "w", encoding="utf-8") as file:
        json.dump({"weights": weights}, file)
    with open(os.environ["error"], "w", encoding="utf-8") as file:
        file.write(repr(error))


if __name__ == "__main__":
    main()
