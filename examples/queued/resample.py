#!/usr/bin/env python3
"""Draws samples with replacement and writes their medians as a list of JSON."""

import json
import os
import random
import statistics


def main():
    source = random.Random(int(os.environ["seed"]))
    with open(os.environ["values"], encoding="utf-8") as file:
        values = [float(line) for line in file]
    rounds = range(int(os.environ["rounds"]))
    medians = [statistics.median(source.choices(values, k=len(values))) for _ in rounds]
    with open(os.environ["medians"], "w", encoding="utf-8") as file:
        json.dump(medians, file)


if __name__ == "__main__":
    main()
