#!/usr/bin/env python3
"""Fails where a day has brought less than half of what is usual."""

import json
import os
import urllib.parse
import urllib.request


def main():
    name = urllib.parse.quote(os.environ["table"], safe="")
    url = f"{os.environ['WAREHOUSE']}/{name}/usual"
    with urllib.request.urlopen(url, timeout=60) as response:
        usual = json.load(response)["rows"]
    loaded = int(os.environ["loaded"])
    if loaded < usual / 2:
        raise SystemExit(f"{loaded} rows, where {usual} are usual")


if __name__ == "__main__":
    main()
