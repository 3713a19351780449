"""Callers of the sample clinic whose webhooks are worked on in this process, one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from benchmarks.events import envelope
from voicegather.models import CallCommand
from voicegather.provider.client_state import ClientState, encode
from voicegather.services.calls import process_call
from voicegather.services.receive import receive_event

#: Takes in one webhook: its event's type and its body.
TakeIn = Callable[[str, bytes], None]

GATHERS = ("gather", "gather_using_audio", "gather_using_speak")


class Caller:
    """One caller; every webhook that the call leads to is given to `take_in`."""

    def __init__(self, take_in: TakeIn, *, number: str) -> None:
        self._take_in = take_in
        self._number = number
        self.leg = f"v3:{uuid4()}"

    def tell(self, event_type: str, *, leg: str = "", **fields: Any) -> None:
        """One webhook of the caller's leg, or of another one; `fields` join its payload."""
        event = envelope(event_type, leg or self.leg, **{"from": self._number, **fields})
        self._take_in(event_type, json.dumps(event).encode())

    def rings(self) -> None:
        self.tell("call.initiated", direction="incoming", state="parked")
        self.tell("call.answered", state="answered")

    def enters(self, keys: str) -> None:
        """Each key, and the end of the gather that is under way, with these digits."""
        gather = self._state_of(*GATHERS)
        for key in keys:
            self.tell("call.dtmf.received", digit=key, client_state=gather)
        self.tell("call.gather.ended", digits=keys.rstrip("#"), status="valid", client_state=gather)

    def stays_silent(self) -> None:
        gather = self._state_of(*GATHERS)
        self.tell("call.gather.ended", digits="", status="timeout", client_state=gather)

    def hears_it_out(self) -> None:
        """The end of what is spoken now."""
        spoken = self._state_of("speak")
        self.tell("call.speak.ended", status="completed", client_state=spoken)

    def is_connected(self) -> None:
        """The desk that the call was transferred to answers."""
        desk, state = f"v3:{uuid4()}", self._state_of("transfer", is_target=True)
        parts = {"leg": desk, "client_state": state}
        self.tell("call.initiated", direction="outgoing", state="bridging", **parts)
        self.tell("call.answered", state="answered", **parts)
        self.tell("call.hangup", hangup_cause="normal_clearing", hangup_source="caller", **parts)

    def hangs_up(self) -> None:
        self.tell("call.hangup", hangup_cause="normal_clearing", hangup_source="caller")

    def _state_of(self, *actions: str, is_target: bool = False) -> str:
        """What Telnyx would send back as the client state of the newest command of these."""
        command = (
            CallCommand.objects.filter(call__legs__call_control_id=self.leg, action__in=actions)
            .select_related("call")
            .latest("seq")
        )
        return encode(ClientState(command.call.token, command.seq, is_target=is_target))


def work_on(event_type: str, body: bytes) -> None:
    """Take the webhook in, and do all that it leads to."""
    if leg := receive_event(body).call_control_id:
        process_call(leg)


def asks_for_the_balance(caller: Caller, *, account: str = "1234567", pin: str = "4630") -> None:
    """The sample's longest way: a language, a department, an account, "that is right", a PIN."""
    caller.rings()
    for keys in ("1", "2", f"{account}#", "1", pin):
        caller.enters(keys)
    caller.hears_it_out()
    caller.hangs_up()
