from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from voicegather import health
from voicegather.simulator import FakeTelnyx


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", set())


@pytest.fixture
def telnyx() -> Iterator[FakeTelnyx]:
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/voicegather/webhook/") as fake:
        yield fake


@pytest.fixture
def site(telnyx: FakeTelnyx, settings: Any) -> dict[str, Any]:
    """A site whose account is the fake one, and whose application is as it should be."""
    settings.VOICEGATHER = {
        "TELNYX_API_KEY": telnyx.api_key,
        "TELNYX_BASE_URL": telnyx.base_url,
        "TELNYX_CONNECTION_ID": telnyx.connection_id,
        "DISPATCH": "local",
    }
    change(telnyx)
    return settings.VOICEGATHER


def change(telnyx: FakeTelnyx, **fields: Any) -> None:
    """Set up the fake's application as `voicegather_connect` does, but for these fields."""
    wanted = {
        "application_name": "voicegather",
        "webhook_event_url": telnyx.webhook_url,
        "webhook_api_version": "2",
        "first_command_timeout": True,
        "redact_dtmf_debug_logging": True,
        "outbound": {"outbound_voice_profile_id": "1293384261075731499"},
    }
    telnyx.account.update_application(telnyx.connection_id, {**wanted, **fields})
