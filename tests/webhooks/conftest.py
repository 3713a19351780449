from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from nacl.signing import SigningKey

from tests.webhooks.posting import Telnyx
from voicegather.webhooks import views


@pytest.fixture
def telnyx(client: Client, signing_key: SigningKey) -> Telnyx:
    return Telnyx(client, signing_key)


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the view hands on, instead of having it processed."""
    legs: list[str] = []
    monkeypatch.setattr(views, "enqueue", legs.append)
    return legs


class ToAnotherDatabase:
    """A router that reads and writes everything at "another"."""

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "another"


@pytest.fixture
def database_at(
    monkeypatch: pytest.MonkeyPatch, settings: Any, django_db_blocker: Any
) -> Iterator[Callable[[int], None]]:
    """Says at which port of this machine our tables' PostgreSQL is: one that cannot be used."""

    def place(port: int) -> None:
        another = {
            **connections.settings["default"],
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "private-name",
            "USER": "private-user",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "OPTIONS": {"connect_timeout": 3},
        }
        monkeypatch.setitem(connections.settings, "another", another)
        settings.DATABASE_ROUTERS = [ToAnotherDatabase()]

    with django_db_blocker.unblock():
        yield place
    if "another" in {connection.alias for connection in connections.all(initialized_only=True)}:
        del connections["another"]


@pytest.fixture(autouse=True)
def without_collected_files(settings: Any) -> None:
    """Nobody runs collectstatic for a test."""
    settings.WHITENOISE_AUTOREFRESH = True
