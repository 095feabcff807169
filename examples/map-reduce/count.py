#!/usr/bin/env python3
"""Counts the words of a text."""

import collections
import json
import os
import re


def main():
    counts = collections.Counter()
    with open(os.environ["part"], encoding="utf-8") as text:
        for line in text:
            counts.update(re.findall(r"[a-z']+", line.lower()))
    with open(os.environ["counts"], "w", encoding="utf-8") as file:
        json.dump(counts, file)
    with open(os.environ["words"], "w", encoding="utf-8") as file:
        file.write(str(counts.total()))


if __name__ == "__main__":
    main()
