"""The web process stays small: the Telnyx SDK takes 100 MiB and 1.5 seconds."""

from __future__ import annotations

import subprocess
import sys

LOAD = """
import importlib, pkgutil, sys
from project.wsgi import application
import project.urls
import voicegather.admin, voicegather.api, voicegather.tasks
for package in (voicegather.admin, voicegather.api, voicegather.webhooks):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
print(sorted(name for name in ("telnyx", "pydantic", "httpx") if name in sys.modules))
"""


def test_wsgi_admin_api_and_tasks_load_without_the_sdk() -> None:
    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (loaded.stdout.strip(), loaded.stderr) == ("[]", "")
