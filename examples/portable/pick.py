#!/usr/bin/env python3
"""Writes the trial with the best score."""

import json
import os


def main():
    trials, scores = json.loads(os.environ["trials"]), json.loads(os.environ["scores"])
    score, best = max(zip(scores, trials), key=lambda pair: pair[0])
    print(f"{best}: {score:.3f}")
    with open(os.environ["best"], "w", encoding="utf-8") as file:
        json.dump(best, file)


if __name__ == "__main__":
    main()
