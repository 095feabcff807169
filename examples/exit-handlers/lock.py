#!/usr/bin/env python3
"""Takes a lock over HTTP; exits with 75 while someone else has it."""

import os
import urllib.error
import urllib.parse
import urllib.request


def main():
    name = urllib.parse.quote(os.environ["table"], safe="")
    request = urllib.request.Request(f"{os.environ['LOCKS']}/{name}", b"", method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            token = response.read().decode()
    except urllib.error.HTTPError as error:
        if error.code == 409:
            raise SystemExit(75) from error
        raise
    with open(os.environ["token"], "w", encoding="utf-8") as file:
        file.write(token)


if __name__ == "__main__":
    main()
