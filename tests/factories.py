"""Rows for tests: plain functions that fill in what a test does not care about."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from voicegather.models import (
    Call,
    Conversation,
    GatherAttempt,
    GatherResult,
    Menu,
    MenuVersion,
    StepVisit,
    Turn,
)
from voicegather.sealing import seal

STARTED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
_numbers = itertools.count(1)


def make_menu(slug: str = "clinic", **fields: Any) -> Menu:
    """A menu without steps, not published."""
    return Menu.objects.create(slug=slug, **{"name": slug.capitalize(), **fields})


def make_version(menu: Menu, steps: dict[str, Any] | None = None, **fields: Any) -> MenuVersion:
    """The menu's next version, made live. `steps` are nodes of the compiled document by key."""
    number = fields.pop("number", menu.versions.count() + 1)
    nodes = {key: {"key": key, "kind": "gather"} | node for key, node in (steps or {}).items()}
    version = MenuVersion.objects.create(
        menu=menu,
        number=number,
        format=1,
        sha256=f"{next(_numbers):064x}",
        document={"menu": menu.slug, "entry": next(iter(nodes), ""), "steps": nodes},
        **fields,
    )
    menu.live_version = version
    menu.save(update_fields=["live_version"])
    return version


def make_call(**fields: Any) -> Call:
    """A call from +1 312 555 0101 to +1 312 555 0100; of `version`'s menu if there is one."""
    version = fields.get("version")
    defaults = {
        "token": f"{next(_numbers):032x}",
        "caller": "+13125550101",
        "caller_e164": "+13125550101",
        "called": "+13125550100",
        "called_e164": "+13125550100",
        "language": "en-US",
        "sealed_state": seal({}),
        "started_at": STARTED,
        "menu": version.menu if version else None,
    }
    return Call.objects.create(**defaults | fields)


def make_visit(call: Call, step_key: str = "account", **fields: Any) -> StepVisit:
    """The call's next visit, of the step `step_key` of the call's version."""
    defaults = {
        "number": call.visits.count() + 1,
        "version": call.version,
        "language": call.language,
        "entered_at": call.started_at + timedelta(seconds=2),
    }
    return StepVisit.objects.create(call=call, step_key=step_key, **defaults | fields)


def make_attempt(visit: StepVisit, digits: str | None = None, **fields: Any) -> GatherAttempt:
    """The visit's next attempt; valid where digits were entered, else silence."""
    defaults = {
        "number": visit.attempts.count() + 1,
        "purpose": "entry",
        "outcome": "no_input" if digits is None else "valid",
        "status": "timeout" if digits is None else "valid",
        "sealed_digits": None if digits is None else seal(digits),
        "began_at": visit.entered_at,
        "ended_at": visit.entered_at + timedelta(milliseconds=1500),
        "milliseconds": 1500,
    }
    return GatherAttempt.objects.create(visit=visit, **defaults | fields)


def make_result(visit: StepVisit, value: str = "", **fields: Any) -> GatherResult:
    """The visit's result in the field `digits`: normal and valid."""
    defaults = {
        "call": visit.call,
        "menu": visit.version.menu if visit.version else None,
        "step_key": visit.step_key,
        "field": "digits",
        "sensitivity": "normal",
        "outcome": "valid",
        "raw": value,
        "value": value,
        "choice": "any",
        "gathered_at": visit.entered_at + timedelta(milliseconds=1500),
    }
    return GatherResult.objects.create(visit=visit, **defaults | fields)


def make_conversation(visit: StepVisit, **fields: Any) -> Conversation:
    """A conversation with an assistant, under way since the visit began."""
    defaults = {
        "call": visit.call,
        "seq": visit.call.conversations.count() + 1,
        "kind": "assistant",
        "assistant": "assistant-1",
        "conversation_id": f"conversation-{next(_numbers)}",
        "started_at": visit.entered_at,
    }
    return Conversation.objects.create(visit=visit, **defaults | fields)


def make_turn(conversation: Conversation, content: str, role: str = "user", **fields: Any) -> Turn:
    """The conversation's next turn, said a second after the one before."""
    number = conversation.turns.count() + 1
    defaults = {
        "number": number,
        "role": role,
        "sealed_content": seal(content),
        "digest": number.to_bytes(16),
        "said_at": conversation.started_at + timedelta(seconds=number),
    }
    return Turn.objects.create(conversation=conversation, **defaults | fields)


def long_result(visit: StepVisit, whole: str, **fields: Any) -> GatherResult:
    """The visit's result where the column holds the beginning of `whole` only."""
    defaults = {"value": whole[:254] + "…", "sealed": seal({"raw": whole, "value": whole})}
    return make_result(visit, **defaults | fields)
