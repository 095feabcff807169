#!/usr/bin/env python3
"""Gives a lock back; one that nobody has is no mistake."""

import os
import urllib.error
import urllib.parse
import urllib.request


def main():
    name = urllib.parse.quote(os.environ["table"], safe="")
    request = urllib.request.Request(f"{os.environ['LOCKS']}/{name}", method="DELETE")
    try:
        urllib.request.urlopen(request, timeout=30).close()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise


if __name__ == "__main__":
    main()
