#!/usr/bin/env python3
"""Cuts a text into files of so many lines, and lists their names."""

import itertools
import json
import os


def main():
    folder, size = os.environ["parts"], int(os.environ["lines"])
    os.makedirs(folder, exist_ok=True)
    names = []
    with open(os.environ["text"], encoding="utf-8") as text:
        while lines := list(itertools.islice(text, size)):
            name = f"part-{len(names):04}.txt"
            with open(os.path.join(folder, name), "w", encoding="utf-8") as part:
                part.writelines(lines)
            names.append(name)
    with open(os.environ["parts_names"], "w", encoding="utf-8") as file:
        json.dump(names, file)


if __name__ == "__main__":
    main()
