#!/usr/bin/env python3
"""Downloads a file."""

import os
import shutil
import urllib.request


def main():
    with urllib.request.urlopen(os.environ["url"], timeout=60) as answer:
        with open(os.environ["quakes"], "wb") as file:
            shutil.copyfileobj(answer, file)


if __name__ == "__main__":
    main()
