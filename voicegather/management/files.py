"""Files that commands read and write; ``-`` is standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import CommandError


def read_text(name: str) -> str:
    """The UTF-8 text of a file, or of standard input for ``-``; raises CommandError."""
    try:
        if name == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        return Path(name).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not UTF-8 text: save it as UTF-8.") from error
