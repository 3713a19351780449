"""Where recordings may be fetched from."""

from __future__ import annotations

from typing import Any

import pytest

from voicegather.services.recordings.hosts import may_fetch

TELNYX = "https://api.telnyx.com/v2"
LOCAL = "http://127.0.0.1:9000/v2"


@pytest.mark.parametrize(
    "address",
    [
        "https://s3.amazonaws.com/telephony/1.mp3?X-Amz-Expires=600",
        "https://records.s3.us-east-1.amazonaws.com/1.mp3",
        "https://us-central-1.telnyxstorage.com/1.mp3",
        "https://api.telnyx.com:443/v2/1.mp3",
        "https://tapes.example.com/1.mp3",
        "https://a.b.example.org/1.mp3",
    ],
)
def test_telnyxs_hosts_and_the_sites_own_are_asked(settings: Any, address: str) -> None:
    settings.VOICEGATHER = {"RECORDING_HOSTS": ["tapes.example.com", "*.example.org"]}
    assert may_fetch(address, base_url=TELNYX)


@pytest.mark.parametrize(
    "address",
    [
        "http://s3.amazonaws.com/1.mp3",
        "https://s3.amazonaws.com:8443/1.mp3",
        "https://s3.amazonaws.com.example.com/1.mp3",
        "https://evils3.amazonaws.com.attacker.example/1.mp3",
        "https://ec2-10-0-0-1.compute.amazonaws.com/1.mp3",
        "https://user:pass@s3.amazonaws.com/1.mp3",
        "https://169.254.169.254/latest/",
        "https://example.org/1.mp3",
        "http://127.0.0.1:9000/recordings/1.mp3",
        "file:///etc/passwd",
        "https://[::1",
        "https://s3.amazonaws.com/1\n.mp3",
        "",
    ],
)
def test_nobody_else_is_asked(settings: Any, address: str) -> None:
    settings.VOICEGATHER = {"RECORDING_HOSTS": ["*.example.org"]}
    assert not may_fetch(address, base_url=TELNYX)


def test_a_pretended_telnyx_serves_its_recordings_itself() -> None:
    assert may_fetch("http://127.0.0.1:9000/recordings/1.mp3", base_url=LOCAL)
    assert not may_fetch("http://127.0.0.1:9001/recordings/1.mp3", base_url=LOCAL)
