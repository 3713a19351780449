from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.db import connections

PUBLIC_KEY = base64.b64encode(b"k" * 32).decode()
SETTINGS_OF_SERVERS = ("WEB_CONCURRENCY", "GUNICORN_CMD_ARGS", "UWSGI_PROCESSES", "UWSGI_WORKERS")


class Site:
    """The suite's site with some settings of ours changed, and what our checks say of it."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings

    def check(self, **changes: Any) -> list[CheckMessage]:
        """What ``manage.py check`` says."""
        return self._run(changes, include_deployment_checks=False)

    def check_deployment(self, **changes: Any) -> list[CheckMessage]:
        """What ``manage.py check --deploy`` says."""
        return self._run(changes, include_deployment_checks=True)

    def check_database(self, **changes: Any) -> list[CheckMessage]:
        """What ``manage.py check --database default`` says."""
        return self._run(changes, databases=["default"])

    def _run(self, changes: dict[str, Any], **options: Any) -> list[CheckMessage]:
        if changes:
            self._settings.VOICEGATHER = self._settings.VOICEGATHER | changes
        return run_checks(tags=["voicegather"], **options)


def ids(messages: list[CheckMessage]) -> list[str]:
    """Their ids without the app's name."""
    return [str(message.id).removeprefix("voicegather.") for message in messages]


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site in order, with keys that look like Telnyx's and one web process."""
    for name in SETTINGS_OF_SERVERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TELNYX_PUBLIC_KEY", PUBLIC_KEY)
    monkeypatch.setenv("TELNYX_API_KEY", f"KEY{secrets.token_hex(16)}")
    return Site(settings)


Database = Callable[..., None]


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Says what the default database is by its settings; nobody connects."""
    before = connections["default"]

    def place(engine: str, **changes: Any) -> None:
        settings = {**connections.settings["default"], "ENGINE": engine, "OPTIONS": {}, **changes}
        monkeypatch.setitem(connections.settings, "default", settings)
        del connections["default"]

    yield place
    connections["default"] = before
