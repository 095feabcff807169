"""Counts words per label and writes smoothed log probabilities as JSON."""

import collections
import json
import math
import os


def main():
    smoothing = json.loads(os.environ["smoothing"])
    alpha, min_count = smoothing["alpha"], smoothing["min_count"]

    labels = collections.Counter()
    words = collections.defaultdict(collections.Counter)
    with open(os.environ["messages"], encoding="utf-8") as messages:
        for line in messages:
            label, _, text = line.rstrip("\n").partition("\t")
            labels[label] += 1
            words[label].update(text.lower().split())

    totals = sum(words.values(), collections.Counter())
    known = sorted(word for word, count in totals.items() if count >= min_count)

    model = {}
    for label, count in sorted(labels.items()):
        size = sum(words[label][word] for word in known) + alpha * (len(known) + 1)
        model[label] = {
            "prior": math.log(count / labels.total()),
            "unknown": math.log(alpha / size),
            "words": {word: math.log((words[label][word] + alpha) / size) for word in known},
        }
    with open(os.environ["model"], "w", encoding="utf-8") as file:
        json.dump(model, file)


if __name__ == "__main__":
    main()
