#!/usr/bin/env python3
"""Adds counts up and writes them as CSV, the commonest word first."""

import collections
import csv
import json
import os


def main():
    total = collections.Counter()
    folder = os.environ["counts"]
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            total.update(json.load(file))
    rows = sorted(total.items(), key=lambda row: (-row[1], row[0]))
    with open(os.environ["table"], "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["word", "count"])
        writer.writerows(rows[: int(os.environ["top"])])


if __name__ == "__main__":
    main()
