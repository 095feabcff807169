#!/usr/bin/env python3
"""Writes a page about a model."""

import json
import os


def main():
    with open(os.environ["model"], encoding="utf-8") as file:
        model = json.load(file)
    with open(os.environ["page"], "w", encoding="utf-8") as file:
        file.write(
            f"# Taxi fares\n\n"
            f"- learnt from {os.environ['source']}\n"
            f"- fare: {model['base']:.2f} and {model['slope']:.2f} a mile\n"
            f"- mean error: {float(os.environ['error']):.2f}\n"
        )


if __name__ == "__main__":
    main()
