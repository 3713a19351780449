from __future__ import annotations

import socket

import pytest

from voicegather.simulator import FakeTelnyx, NotLoopbackError, SimulatorError, parse_script
from voicegather.simulator.loopback import require_loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/webhook/",
        "http://127.9.9.9/",
        "http://[::1]:8000/",
        "http://localhost/x",
    ],
)
def test_this_machine_is_allowed(url: str) -> None:
    assert require_loopback(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://192.0.2.1/",
        "http://0.0.0.0:8000/",
        "http://localhost.example.com/",
        "http://127.0.0.1@example.com/",
        "http://127.1.example.com/",
        "https://127.0.0.1/",
        "ftp://127.0.0.1/",
        "127.0.0.1:8000",
        "http://127.0.0.1:port/",
        "http://[::1/",
        "http://127.0.0.1/é",
        "http://127.0.0.1/a b",
        "",
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(NotLoopbackError):
        require_loopback(url)


def test_a_simulator_with_a_foreign_webhook_url_is_not_made() -> None:
    with pytest.raises(NotLoopbackError):
        FakeTelnyx(webhook_url="http://203.0.113.9/webhook/")


def test_a_webhook_url_may_be_set_later_and_is_looked_at_then() -> None:
    with FakeTelnyx() as telnyx:
        with pytest.raises(NotLoopbackError):
            telnyx.webhook_url = "http://203.0.113.9/webhook/"
        with pytest.raises(SimulatorError, match="Set webhook_url"):
            telnyx.place_call(script=parse_script([]), from_="+13125550101", to="+13125550100")
        telnyx.webhook_url = "http://127.0.0.1:9/webhook/"
        assert telnyx.webhook_url == "http://127.0.0.1:9/webhook/"
    with pytest.raises(SimulatorError, match="Start the simulator"):
        telnyx.place_call(script=parse_script([]), from_="+13125550101", to="+13125550100")


def test_a_simulator_that_was_never_started_can_be_stopped() -> None:
    telnyx = FakeTelnyx()
    port = int(telnyx.base_url.rpartition(":")[2].removesuffix("/v2"))
    telnyx.stop()
    with socket.create_server(("127.0.0.1", port)) as free_again:
        assert free_again.getsockname()[1] == port
