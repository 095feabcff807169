#!/usr/bin/env python3
"""Counts earthquakes by strength and lists the strongest, as Markdown."""

import collections
import csv
import os


def main():
    with open(os.environ["quakes"], newline="", encoding="utf-8") as file:
        quakes = [(float(row["mag"]), row["place"]) for row in csv.DictReader(file) if row["mag"]]
    if not quakes:
        raise SystemExit("no earthquake is in the file")
    quakes.sort(reverse=True)
    counts = collections.Counter(int(magnitude) for magnitude, _ in quakes)
    with open(os.environ["report"], "w", encoding="utf-8") as report:
        for magnitude in sorted(counts, reverse=True):
            report.write(f"- {counts[magnitude]} of magnitude {magnitude}\n")
        report.write("\n")
        for magnitude, place in quakes[: int(os.environ["top"])]:
            report.write(f"1. {magnitude}: {place}\n")
    with open(os.environ["strongest"], "w", encoding="utf-8") as file:
        file.write(repr(quakes[0][0]))


if __name__ == "__main__":
    main()
