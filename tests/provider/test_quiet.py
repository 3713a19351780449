from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from voicegather.provider.client import Account, send_action
from voicegather.simulator import FakeTelnyx

VOICE = "AWS.Polly.Joanna"


@pytest.fixture
def telnyx() -> Iterator[FakeTelnyx]:
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/nobody", time_scale=1.0) as fake:
        yield fake


@pytest.mark.parametrize("status", [200, 422, 503])
def test_the_sdk_tells_which_command_it_sends_and_nothing_of_what_is_in_it(
    telnyx: FakeTelnyx, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    account = Account(telnyx.api_key, telnyx.base_url, 2.0)
    if status != 200:
        telnyx.respond_next("speak", status=status)

    with caplog.at_level(logging.DEBUG):
        send_action(account, "v3:a", "speak", {"payload": "It is 4, 8, 0, 6", "voice": VOICE})

    (options,) = [each for each in caplog.records if each.msg == "Request options: %s"]
    assert "/calls/v3:a/actions/speak" in options.getMessage()
    assert "'json_data': '•••'" in options.getMessage()
    everything = "".join(f"{each.getMessage()} {vars(each)}" for each in caplog.records)
    assert "HTTP Response" in everything
    assert "4, 8, 0, 6" not in everything
    assert VOICE not in everything
