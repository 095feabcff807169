#!/usr/bin/env python3
"""Writes the share of rows that the model labels correctly, and fails where that is too small."""

import csv
import json
import os

FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
LABEL, POSITIVE = "species", "Adelie"


def main():
    with open(os.environ["model"], encoding="utf-8") as file:
        model = json.load(file)
    right = total = 0
    with open(os.environ["table"], newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not all(row[name] for name in FEATURES):
                continue
            parts = zip(FEATURES, model["means"], model["spreads"], model["weights"])
            score = model["bias"] + sum((float(row[n]) - m) / s * w for n, m, s, w in parts)
            right += (score > 0) == (row[LABEL] == POSITIVE)
            total += 1
    if total == 0:
        raise SystemExit("no row to test on")
    accuracy = right / total
    with open(os.environ["accuracy"], "w", encoding="utf-8") as file:
        file.write(repr(accuracy))
    with open(os.environ["report"], "w", encoding="utf-8") as file:
        file.write(f"# Penguins\n\n{right} of {total} rows are right, {accuracy:.1%}.\n")
    if accuracy < float(os.environ["min_accuracy"]):
        raise SystemExit(f"{accuracy:.3f} is below {os.environ['min_accuracy']}")


if __name__ == "__main__":
    main()
