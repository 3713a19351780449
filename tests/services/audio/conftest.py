from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from voicegather.simulator import FakeTelnyx


@pytest.fixture
def telnyx() -> Iterator[FakeTelnyx]:
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/voicegather/webhook/") as fake:
        yield fake


@pytest.fixture
def other_telnyx() -> Iterator[FakeTelnyx]:
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/voicegather/webhook/") as fake:
        yield fake


@pytest.fixture
def site(telnyx: FakeTelnyx, settings: Any, tmp_path: Any) -> dict[str, Any]:
    """A site that brings its recordings to the fake account's media storage."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.VOICEGATHER = {
        "TELNYX_API_KEY": telnyx.api_key,
        "TELNYX_BASE_URL": telnyx.base_url,
        "AUDIO_DELIVERY": "media",
        "DISPATCH": "local",
    }
    return settings.VOICEGATHER
