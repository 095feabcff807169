#!/usr/bin/env python3
"""Keeps the trips of one borough."""

import csv
import os


def main():
    kept = 0
    with (
        open(os.environ["trips"], newline="", encoding="utf-8") as source,
        open(os.environ["rows"], "w", newline="", encoding="utf-8") as target,
    ):
        writer = csv.writer(target)
        writer.writerow(["distance", "fare"])
        for row in csv.DictReader(source):
            if row["pickup_borough"] == os.environ["borough"]:
                writer.writerow([row["distance"], row["fare"]])
                kept += 1
    with open(os.environ["count"], "w", encoding="utf-8") as file:
        file.write(str(kept))


if __name__ == "__main__":
    main()
