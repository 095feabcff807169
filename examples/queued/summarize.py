#!/usr/bin/env python3
"""Writes the interval in which 95 of 100 medians lie."""

import json
import os


def main():
    medians = sorted(median for share in json.loads(os.environ["medians"]) for median in share)
    for name, place in [("low", 0.025), ("high", 0.975)]:
        with open(os.environ[name], "w", encoding="utf-8") as file:
            file.write(repr(medians[int(place * (len(medians) - 1))]))


if __name__ == "__main__":
    main()
