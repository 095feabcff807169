#!/usr/bin/env python3
"""Opens a ticket in the tracker."""

import json
import os
import urllib.request


def main():
    body = json.dumps({"title": os.environ["title"], "text": os.environ["text"]}).encode()
    request = urllib.request.Request(
        f"{os.environ['TRACKER']}/tickets",
        body,
        {
            "Authorization": f"Bearer {os.environ['TRACKER_TOKEN']}",
            "Content-Type": "application/json",
        },
    )
    urllib.request.urlopen(request, timeout=30).close()


if __name__ == "__main__":
    main()
