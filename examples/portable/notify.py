#!/usr/bin/env python3
"""Posts a text to a chat's webhook. The text is data: it is encoded, never pasted."""

import json
import os
import urllib.request


def main():
    body = json.dumps({"text": os.environ["text"]}).encode()
    request = urllib.request.Request(
        os.environ["WEBHOOK"], body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        print(response.status)


if __name__ == "__main__":
    main()
