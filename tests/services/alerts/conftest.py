from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.handlers.serving import Service, serving
from voicegather.services import dispatch


@pytest.fixture
def by_mail(settings: Any) -> None:
    settings.VOICEGATHER = {
        **getattr(settings, "VOICEGATHER", {}),
        "ALERT_EMAILS": ["ops@example.com"],
        "PUBLIC_URL": "https://www.example.com",
    }


@pytest.fixture
def receiver(settings: Any) -> Iterator[Service]:
    """Where alerts are posted."""
    with serving() as service:
        settings.VOICEGATHER = {
            **getattr(settings, "VOICEGATHER", {}),
            "ALERT_WEBHOOKS": [f"{service.origin}/hooks/s3cret"],
            "ALERT_WEBHOOK_SECRET": "not-a-real-secret-0123",
            "ALERT_WEBHOOK_ALLOW_PRIVATE": True,
        }
        yield service


@pytest.fixture(autouse=True)
def nothing_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs wait until a test runs them, as where workers are busy."""
    monkeypatch.setattr(dispatch, "enqueue_job", lambda key, *, queue: True)
