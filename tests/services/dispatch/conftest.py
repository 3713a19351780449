from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from voicegather.services import dispatch
from voicegather.services.dispatch import local


@pytest.fixture(autouse=True)
def fresh_dispatch() -> Iterator[None]:
    """No threads, connections or memories of a failed broker from one test to the next."""
    dispatch.shutdown()
    yield
    dispatch.shutdown()


@pytest.fixture
def processed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the local pool was given, instead of processing it."""
    legs: list[str] = []
    monkeypatch.setattr(local, "process", legs.append)
    return legs


@pytest.fixture
def celery(settings: Any) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "DISPATCH": "celery"}
