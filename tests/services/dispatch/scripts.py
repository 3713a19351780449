"""Runs a few lines in a process of their own, which may fork, hang or end."""

from __future__ import annotations

import os
import subprocess
import sys

BEGIN = """
import os, threading, time
import django
django.setup()
from django.conf import settings
from voicegather.services import dispatch
from voicegather.services.dispatch import broker, local
"""


def run(script: str) -> str:
    """What the script printed; it must succeed, and complain of nothing."""
    finished = subprocess.run(
        [
            sys.executable,
            # Python 3.12 warns of every fork beside threads, which is what is tested.
            *("-W", "ignore:This process:DeprecationWarning"),
            *("-c", BEGIN + script),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings.test"},
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout
