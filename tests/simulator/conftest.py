from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import telnyx as sdk

from voicegather.simulator import Caller, FakeTelnyx, Quirks, parse_script

from . import openapi
from .receiver import Receiver

#: Telnyx's OpenAPI document is not part of the repository: without it there is nothing to compare.
collect_ignore = [] if openapi.document_path() else ["test_openapi.py"]

CLINIC = "+13125550100"
ANNA = "+13125550101"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.stop()
    assert receiver.errors == []


@pytest.fixture
def start_telnyx(receiver: Receiver) -> Iterator[Callable[..., FakeTelnyx]]:
    """Starts fakes that post to the receiver, a hundred simulated seconds in a real one."""
    started: list[FakeTelnyx] = []

    def start(**options: object) -> FakeTelnyx:
        options = {
            "webhook_url": receiver.url,
            "time_scale": 0.01,
            "quirks": Quirks(),
            "patience": 3000,
            "retry_seconds": (0.02, 0.02),
            "delivery_workers": 8,
            **options,
        }
        telnyx = FakeTelnyx(**options)
        telnyx.start()
        started.append(telnyx)
        return telnyx

    yield start
    for telnyx in started:
        telnyx.stop()


@pytest.fixture
def telnyx(start_telnyx: Callable[..., FakeTelnyx]) -> FakeTelnyx:
    return start_telnyx()


@pytest.fixture
def connect(receiver: Receiver) -> Iterator[Callable[[FakeTelnyx], sdk.Telnyx]]:
    """Clients of the real SDK, told to try each command once; reactions end before they do."""
    clients: list[sdk.Telnyx] = []

    def connect(telnyx: FakeTelnyx) -> sdk.Telnyx:
        client = sdk.Telnyx(
            api_key=telnyx.api_key, base_url=telnyx.base_url, max_retries=0, timeout=5
        )
        clients.append(client)
        return client

    yield connect
    receiver.stop()
    for client in clients:
        client.close()


@pytest.fixture
def client(telnyx: FakeTelnyx, connect: Callable[[FakeTelnyx], sdk.Telnyx]) -> sdk.Telnyx:
    return connect(telnyx)


@pytest.fixture
def actions(client: sdk.Telnyx) -> object:
    return client.calls.actions


@pytest.fixture
def ringing(telnyx: FakeTelnyx) -> Caller:
    """A caller who waits to be answered."""
    return telnyx.place_call(script=parse_script([]), from_=ANNA, to=CLINIC)


@pytest.fixture
def answered(ringing: Caller, receiver: Receiver, actions: Any) -> Caller:
    """A caller who was answered and does nothing."""
    actions.answer(ringing.call_control_id)
    receiver.wait_for("call.answered")
    return ringing
