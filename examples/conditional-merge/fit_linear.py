#!/usr/bin/env python3
"""A fare for each trip and one for each mile, by least squares."""

import csv
import json
import os


def main():
    with open(os.environ["trips"], newline="", encoding="utf-8") as file:
        trips = [(float(row["distance"]), float(row["fare"])) for row in csv.DictReader(file)]
    far = sum(distance for distance, _ in trips) / len(trips)
    dear = sum(fare for _, fare in trips) / len(trips)
    spread = sum((distance - far) ** 2 for distance, _ in trips)
    slope = sum((distance - far) * (fare - dear) for distance, fare in trips) / spread
    base = dear - slope * far
    error = sum(abs(base + slope * distance - fare) for distance, fare in trips) / len(trips)
    with open(os.environ["model"], "w", encoding="utf-8") as file:
        json.dump({"slope": slope, "base": base}, file)
    with open(os.environ["error"], "w", encoding="utf-8") as file:
        file.write(repr(error))


if __name__ == "__main__":
    main()
