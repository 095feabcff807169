"""Writes the share of messages that the model labels correctly."""

import json
import os


def score(label, words):
    return label["prior"] + sum(label["words"].get(word, label["unknown"]) for word in words)


def main():
    with open(os.environ["model"], encoding="utf-8") as file:
        model = json.load(file)

    right, seen = 0, 0
    with open(os.environ["messages"], encoding="utf-8") as messages:
        for line in messages:
            truth, _, text = line.rstrip("\n").partition("\t")
            words = text.lower().split()
            guess = max(model, key=lambda name: score(model[name], words))
            right += guess == truth
            seen += 1
    if not seen:
        raise SystemExit("no messages to test on")
    with open(os.environ["accuracy"], "w", encoding="utf-8") as file:
        file.write(repr(right / seen))


if __name__ == "__main__":
    main()
