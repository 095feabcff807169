#!/usr/bin/env python3
"""Writes made-up waiting times, one a line."""

import os
import random


def main():
    source = random.Random(1)
    with open(os.environ["values"], "w", encoding="utf-8") as file:
        for _ in range(int(os.environ["size"])):
            file.write(f"{source.lognormvariate(1.0, 0.8):.4f}\n")


if __name__ == "__main__":
    main()
