"""Splits lines by a hash of their text, so that the split never changes."""

import hashlib
import os


def share(line):
    """A number in [0, 1) that depends on the line alone."""
    return int.from_bytes(hashlib.sha256(line.encode()).digest()[:8], "big") / 2**64


def main():
    limit = float(os.environ["test_share"])
    with (
        open(os.environ["messages"], encoding="utf-8") as messages,
        open(os.environ["train"], "w", encoding="utf-8") as train,
        open(os.environ["test"], "w", encoding="utf-8") as test,
    ):
        for line in messages:
            (test if share(line) < limit else train).write(line)


if __name__ == "__main__":
    main()
