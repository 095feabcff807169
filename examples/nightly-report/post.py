#!/usr/bin/env python3
"""Posts a report to a chat's webhook. Its text is data: it is encoded, never pasted."""

import json
import os
import urllib.request


def main():
    with open(os.environ["report"], encoding="utf-8") as file:
        text = f"{os.environ['title']}\n\n{file.read()}"
    body = json.dumps({"text": text}).encode()
    request = urllib.request.Request(
        os.environ["WEBHOOK"], body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        print(response.status)


if __name__ == "__main__":
    main()
