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

#: A site of somebody else, which has no Celery application and dispatches locally.
LOAD_ALONE = """
import sys
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "voicegather"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()
import voicegather.webhooks.views
print(sorted(name for name in ("celery", "kombu", "telnyx") if name in sys.modules))
"""


def load(script: str) -> tuple[str, str]:
    """What the script prints, and what it complains of."""
    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return loaded.stdout.strip(), loaded.stderr


def test_wsgi_admin_api_and_tasks_load_without_the_sdk() -> None:
    assert load(LOAD) == ("[]", "")


def test_the_webhook_of_a_site_without_celery_loads_without_it() -> None:
    assert load(LOAD_ALONE) == ("[]", "")
