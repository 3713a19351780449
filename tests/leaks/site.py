"""The site as processes of its own that write down all they do, on the test's database."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.middleware.csrf import _get_new_csrf_string as new_csrf_token
from django.test import Client

from project.callers import environment_of
from project.children import Children
from project.site import CLOCK, any_free_port
from voicegather.services.dispatch import consumers
from voicegather.simulator import FakeTelnyx

CALLS, HANDLERS = "voicegather.calls", "voicegather.handlers"
MEDIA, BACKGROUND = "voicegather.media", "voicegather.background"
QUEUES = {CALLS, HANDLERS, MEDIA, BACKGROUND}
#: Of whose workers the site itself knows.
TOLD = {CALLS, HANDLERS}
METRICS_TOKEN = "fake-token-of-the-metrics"
START_SECONDS = 60


@dataclass(frozen=True)
class Site:
    """Where it is; `folder` has everything that its processes wrote."""

    folder: Path
    url: str
    cookie: str
    csrf_token: str

    def get(self, path: str, **headers: str) -> str:
        """What a superuser's browser is answered, with the headers; it must be an answer."""
        status, answer = self._asked(path, None, headers)
        assert status == 200, (status, path)
        return answer

    def look(self, path: str) -> str:
        """The same, where the page may refuse."""
        status, answer = self._asked(path, None, {})
        assert status < 500, (status, path)
        return answer

    def post(self, path: str, **fields: str) -> str:
        form = urlencode({**fields, "csrfmiddlewaretoken": self.csrf_token}).encode()
        status, answer = self._asked(path, form, {})
        assert status == 200, (status, path)
        return answer

    def _asked(self, path: str, form: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        cookies = f"sessionid={self.cookie}; csrftoken={self.csrf_token}"
        headers = {"Cookie": cookies, **headers}
        request = urllib.request.Request(f"{self.url}{path}", data=form, headers=headers)
        try:
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            return answer.status, f"{answer.headers}{answer.read().decode('utf-8', 'replace')}"

    def written(self) -> str:
        """All logs, and what was printed."""
        files = sorted(self.folder.glob("*.log"))
        return "\n".join(file.read_text("utf-8", "replace") for file in files)


@contextmanager
def running(telnyx: FakeTelnyx, folder: Path, service: str) -> Iterator[Site]:
    """gunicorn, the clock and workers for every queue; yields once all of them are ready."""
    port = any_free_port()
    environment = _environment(folder) | environment_of(telnyx) | {"LEAKS_SERVICE": service}
    telnyx.webhook_url = f"http://127.0.0.1:{port}/voicegather/webhook/"
    with Children() as children:
        for name, command in _commands(port).items():
            children.start(name, command, environment, folder / f"{name}.log")
        site = Site(folder, f"http://127.0.0.1:{port}", _session(), new_csrf_token())
        eventually(
            "workers", lambda: consumers.consumed_queues(using="default") == {CALLS, HANDLERS}
        )
        eventually("the site", lambda: _answers(f"{site.url}/voicegather/health/live/"))
        assert children.first_ended() is None
        yield site


def eventually(what: str, is_so: Callable[[], object], seconds: float = START_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.05)


def _commands(port: int) -> dict[str, list[str]]:
    worker = [
        *(sys.executable, "-W", "ignore", "-m", "celery", "--app", "project", "worker"),
        *("--loglevel", "debug", "--without-gossip", "--without-mingle"),
    ]
    others = ",".join(sorted(QUEUES - {HANDLERS}))
    return {
        "web": [
            *(sys.executable, "-m", "gunicorn", "project.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8"),
            *("--log-level", "debug", "--access-logfile", "-"),
        ],
        "clock": CLOCK,
        "worker": [
            *(*worker, "--queues", others, "--hostname", "calls@leaks"),
            *("--pool", "threads", "--concurrency", "4"),
        ],
        "handlers": [
            *(*worker, "--queues", HANDLERS, "--hostname", "handlers@leaks"),
            *("--pool", "prefork", "--concurrency", "1"),
        ],
    }


def _environment(folder: Path) -> dict[str, str]:
    found: dict[str, Any] = connections["default"].settings_dict
    password = f":{found['PASSWORD']}" if found["PASSWORD"] else ""
    where = f"{found['HOST']}:{found['PORT']}/{found['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.leaks.talkative",
        "DJANGO_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": f"postgres://{found['USER']}{password}@{where}",
        "CELERY_BROKER_URL": os.environ["VOICEGATHER_TEST_BROKER_URL"],
        "LEAKS_FOLDER": str(folder),
        "LEAKS_METRICS_TOKEN": METRICS_TOKEN,
        "TELNYX_LOG": "debug",
    }


def _session() -> str:
    """The session of a superuser."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("root"))
    return browser.cookies["sessionid"].value


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False
