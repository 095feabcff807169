#!/usr/bin/env python3
"""Writes a line for each step that has failed."""

import json
import os


def main():
    failures = json.loads(os.environ["failures"])
    lines = [f"{f['task']} ({f['status']}): {f['message']}" for f in failures]
    with open(os.environ["text"], "w", encoding="utf-8") as file:
        file.write("\n".join(lines) or "nothing is said about what has failed")


if __name__ == "__main__":
    main()
