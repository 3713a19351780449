"""Whether the site on this machine answers: exit status 0 or 1, for the probe of its container.

Run by path, ``python -I project/probe.py``, it loads nothing of the site: a probe must be cheap.
"""

from __future__ import annotations

import http.client
import os
import sys

PATH = "/voicegather/health/live/"
SECONDS = 2


def main() -> int:
    """Ask under the first of the names that the site answers to."""
    port = int(os.environ.get("PORT") or 8000)
    name = os.environ.get("DJANGO_ALLOWED_HOSTS", "").split(",")[0].strip(" .*") or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", PATH, headers={"Host": name})
        status = connection.getresponse().status
    except OSError as problem:
        sys.stderr.write(f"Nothing answers on port {port}: {problem}\n")
        return 1
    if status != 200:
        sys.stderr.write(f"{PATH} answers {status}.\n")
    return int(status != 200)


if __name__ == "__main__":
    sys.exit(main())
