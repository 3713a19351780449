from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import make_call
from voicegather import handlers
from voicegather.models import Call, CallCommand, CallEvent, CallLeg
from voicegather.sealing import seal, unseal
from voicegather.services import calls, dispatch, moments

LEG = "v3:handled"
SECONDS = 10


@pytest.fixture(autouse=True)
def restored_registry() -> Iterator[None]:
    """What a test registers is gone after it."""
    with handlers.restored():
        yield


@pytest.fixture(autouse=True)
def fresh_dispatch() -> Iterator[None]:
    """No threads of one test in the next."""
    dispatch.shutdown()
    yield
    dispatch.shutdown()


@pytest.fixture(autouse=True)
def advanced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The legs whose calls were enqueued, instead of advancing them."""
    legs: list[str] = []
    monkeypatch.setattr(calls, "process_call", legs.append)
    return legs


@dataclass(frozen=True)
class Asked:
    """A command for the site's functions, and what its call's inbox holds of it."""

    command: CallCommand

    @property
    def call(self) -> Call:
        return self.command.call

    def events(self) -> list[CallEvent]:
        return list(CallEvent.objects.filter(external_id=str(self.command.command_id)))

    def event(self) -> CallEvent:
        (event,) = self.events()
        return event

    def returned(self) -> Any:
        """The values and the exit that the call gets."""
        event = self.event()
        assert event.event_type == "handler.returned"
        assert event.payload == {"seq": self.command.seq}
        return unseal(event.sealed or b"")

    def verdicts(self) -> Any:
        event = self.event()
        assert event.event_type == "handler.judged"
        assert event.payload == {"seq": self.command.seq}
        return unseal(event.sealed or b"")["verdicts"]

    def reason(self) -> str:
        """Why it failed; nothing is sealed then."""
        event = self.event()
        assert (event.event_type, event.sealed) == ("handler.failed", None)
        assert event.payload["seq"] == self.command.seq
        return str(event.payload["reason"])


Ask = Callable[..., Asked]


@pytest.fixture
def ask() -> Ask:
    """Stores a command of a running call, as the outbox sends it."""

    def ask(action: str = "run_handler", **params: Any) -> Asked:
        call = make_call(phase="running", current_seq=4)
        CallLeg.objects.create(call=call, call_control_id=LEG, role="caller")
        command = CallCommand.objects.create(
            call=call,
            seq=4,
            command_id=uuid4(),
            action=action,
            leg=LEG,
            sealed_params=seal({"language": "es-US", "timeout_s": 5} | params),
            created_at=moments.now(),
            status="accepted",
        )
        return Asked(command)

    return ask


@pytest.fixture
def ask_handler(ask: Ask) -> Ask:
    """The same of a handler, registered as `lookup`."""

    def ask_handler(function: Any, **params: Any) -> Asked:
        handlers.handler("lookup")(function)
        defaults = {"handler": "lookup", "variables": {}, "options": {}}
        return ask("run_handler", **defaults | params)

    return ask_handler
