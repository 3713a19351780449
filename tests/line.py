"""A phone line for tests of the worker's side: events in by hand, commands out to a list."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from voicegather.models import Call, CallCommand, Menu, MenuVersion, PhoneNumber
from voicegather.provider.client import CommandAnswer
from voicegather.provider.client_state import ClientState, encode
from voicegather.services import moments, outbox
from voicegather.services.calls import process_call
from voicegather.services.menus import content_sha256
from voicegather.services.receive import receive_event

NUMBER = "+13125550100"
CALLER = "+13125550111"
ACCEPTED = CommandAnswer(True, 200, 12)

ENDS = [
    {"match": "exit", "value": name, "target": "bye"}
    for name in ("no_input", "invalid", "failure", "done", "busy", "no_answer")
]


def words(text: str) -> dict[str, Any]:
    return {"en-US": {"kind": "text", "text": text, "voice": "AWS.Polly.Joanna-Neural"}}


def document(**changes: Any) -> dict[str, Any]:
    """A compiled menu: one question (1, 2, or an extension 100-199), then goodbye."""
    menu = {
        "format": 1,
        "menu": "desk",
        "entry": "ask",
        "languages": ["en-US"],
        "steps": {
            "ask": {
                "key": "ask",
                "kind": "gather",
                "config": {"prompt": "question"},
                "edges": [
                    {"match": "digits", "value": "1", "target": "bye"},
                    {"match": "digits", "value": "2", "target": "bye"},
                    {"match": "range", "value": "100-199", "target": "bye"},
                    *ENDS,
                ],
            },
            "bye": {"key": "bye", "kind": "hangup", "config": {}},
        },
        "prompts": {"question": words("Press 1 or 2.")},
    }
    return menu | changes


def publish_by_hand(compiled: dict[str, Any] | None = None, *, number: str = NUMBER) -> MenuVersion:
    """A menu whose live version is `compiled`, answering `number`."""
    compiled = compiled or document()
    menu = Menu.objects.create(slug=compiled["menu"], name="Front desk")
    version = MenuVersion.objects.create(
        menu=menu, number=1, format=1, sha256=content_sha256(compiled), document=compiled
    )
    menu.live_version = version
    menu.save()
    PhoneNumber.objects.create(number=number, menu=menu)
    return version


@dataclass
class Wire:
    """In place of Telnyx: remembers what was sent, answers as told."""

    sent: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    answers: list[CommandAnswer] = field(default_factory=list)

    def send(self, account: object, leg: str, action: str, params: dict[str, Any]) -> CommandAnswer:
        self.sent.append((leg, action, params))
        return self.answers.pop(0) if self.answers else ACCEPTED

    @property
    def actions(self) -> list[str]:
        return [action for _, action, _ in self.sent]


def connect(monkeypatch: Any) -> Wire:
    """Put a Wire where the outbox talks to Telnyx."""
    wire = Wire()
    monkeypatch.setattr(outbox, "send_action", wire.send)
    return wire


def store(
    leg: str, event_type: str, *, seconds: float = 0, event_id: str = "", **payload: Any
) -> str:
    """Put one webhook into the inbox, without processing it; returns its id."""
    event_id = event_id or str(uuid4())
    body = {
        "data": {
            "record_type": "event",
            "event_type": event_type,
            "id": event_id,
            "occurred_at": (moments.now() + timedelta(seconds=seconds)).isoformat(),
            "payload": {
                "call_control_id": leg,
                "call_leg_id": f"leg-{leg}",
                "call_session_id": "session",
                "connection_id": "1",
                "client_state": None,
                "from": CALLER,
                "to": NUMBER,
                **payload,
            },
        }
    }
    receive_event(json.dumps(body).encode())
    return event_id


def feed(leg: str, event_type: str, **payload: Any) -> str:
    """One webhook, stored and processed."""
    event_id = store(leg, event_type, **payload)
    process_call(leg)
    return event_id


def ring(leg: str = "v3:a") -> Call:
    """An inbound call, answered: its first question has been sent."""
    feed(leg, "call.initiated", direction="incoming")
    feed(leg, "call.answered")
    return call_of(leg)


def call_of(leg: str) -> Call:
    return Call.objects.get(legs__call_control_id=leg)


def token(call: Call, seq: int) -> str:
    return encode(ClientState(call.token, seq))


def last(call: Call, action: str) -> CallCommand:
    """The newest command of this action."""
    found = call.commands.filter(action=action).order_by("-seq").first()
    assert found is not None, f"no {action}"
    return found


def enter(call: Call, digits: str | None, status: str = "valid", **payload: Any) -> None:
    """The running gather ends with these digits."""
    leg = call.legs.get(role="caller").call_control_id
    gather = call.commands.filter(action__startswith="gather_using").order_by("-seq").first()
    assert gather is not None
    feed(
        leg,
        "call.gather.ended",
        digits=digits,
        status=status,
        client_state=token(call, gather.seq),
        **payload,
    )
