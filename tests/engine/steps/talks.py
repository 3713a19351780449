"""Callers whom a model talks to, for the tests of AI gathers and assistants."""

from __future__ import annotations

import json
from typing import Any

from tests.engine.line import Line
from tests.engine.menus import Document, by, menu, step
from voicegather.engine.commands import Command, GatherByAi, StartAssistant
from voicegather.engine.events import (
    AiGatherEnded,
    AiGatherStatus,
    CommandAccepted,
    ConversationEnded,
    ConversationStarted,
    HistoryTold,
    Message,
    PartialResults,
)
from voicegather.engine.facts import InputGathered
from voicegather.engine.secret import Secret

ASSISTANT = "assistant-0c9d5c9e"
#: The rows of a small form.
AGE = {"name": "age", "type": "integer", "description": "The caller’s age"}
NAME = {"name": "name", "description": "The caller’s name"}

GATHER_EXITS = (
    by("done", "taken"),
    by("no_input", "silent"),
    by("invalid", "wrong"),
    by("failure", "broken"),
    by("no_consent", "refused"),
)
REFUSED = {"refused": step("hangup", prompt="bye_refused")}


def ask_ai(*edges: Document, sensitivity: str = "normal", **config: Any) -> Document:
    """An AI gather for age and name whose exits lead to the ends."""
    settings = {"fields": [AGE, NAME], **config}
    return step("ai_gather", *edges, *GATHER_EXITS, sensitivity=sensitivity, **settings)


def assist(*edges: Document, **config: Any) -> Document:
    """An assistant whose exits lead to the ends."""
    exits = (by("done", "taken"), by("failure", "broken"), by("no_consent", "refused"))
    return step("assistant", *edges, *exits, assistant=config.pop("assistant", ASSISTANT), **config)


def asked(*edges: Document, prompts: dict[str, Any] | None = None, **config: Any) -> Line:
    """A caller whom an AI gather has just begun to ask."""
    steps = {"ask": ask_ai(*edges, **config), **REFUSED}
    return Line(menu(steps, prompts)).answer()


def assisted(*edges: Document, prompts: dict[str, Any] | None = None, **config: Any) -> Line:
    """A caller whom an assistant has just begun to help."""
    return Line(menu({"help": assist(*edges, **config), **REFUSED}, prompts)).answer()


def start_seq(line: Line) -> int:
    """The number of the newest start of a conversation."""
    starts = (GatherByAi, StartAssistant)
    return next(each.seq for each in reversed(line.outgoing) if isinstance(each.command, starts))


def newest(line: Line, kind: type[Command]) -> Any:
    """The newest command of this class."""
    return next(each for each in reversed(line.sent) if isinstance(each, kind))


def result(
    line: Line,
    answers: Any = None,
    status: AiGatherStatus = AiGatherStatus.VALID,
    *,
    seq: int | None = -1,
    said: tuple[Message, ...] = (),
) -> None:
    """Telnyx reports an AI gather's end, by default of the newest; `answers` may be raw text."""
    text = answers if isinstance(answers, str) else json.dumps(answers)
    found = None if answers is None else Secret(text)
    token = start_seq(line) if seq == -1 else seq
    line.feed(AiGatherEnded(line.tick(), status, found, token, said))


def partial(line: Line, answers: dict[str, Any], *, seq: int | None = -1) -> None:
    token = start_seq(line) if seq == -1 else seq
    line.feed(PartialResults(line.tick(), Secret(json.dumps(answers)), token))


def said(line: Line, *turns: tuple[str, str], seq: int | None = -1, name: str = "") -> None:
    """The conversation so far is told."""
    token = start_seq(line) if seq == -1 else seq
    line.feed(HistoryTold(line.tick(), messages(*turns), token, name))


def messages(*turns: tuple[str, str]) -> tuple[Message, ...]:
    return tuple(Message(role, Secret(content)) for role, content in turns)


def accepted(line: Line, name: str, *, seq: int = -1) -> None:
    """Telnyx takes the newest start and names its conversation."""
    line.feed(CommandAccepted(line.tick(), start_seq(line) if seq == -1 else seq, name))


def started(line: Line, name: str, *, seq: int | None = -1) -> None:
    token = start_seq(line) if seq == -1 else seq
    line.feed(ConversationStarted(line.tick(), name, token))


def ended(line: Line, name: str, *, seq: int | None = -1, **more: Any) -> None:
    """A conversation is over; by default with the token of the newest start."""
    token = start_seq(line) if seq == -1 else seq
    line.feed(ConversationEnded(line.tick(), name, seq=token, **more))


def fields(line: Line) -> list[tuple[str, str, str | None, str | None, str]]:
    """Field, outcome, raw, value and choice of every result."""
    return [
        (
            each.field,
            each.outcome.value,
            each.raw.reveal() if each.raw else None,
            each.value.reveal() if each.value else None,
            each.choice,
        )
        for each in line.found(InputGathered)
    ]


def variables(line: Line) -> dict[str, str]:
    return {name: each.value.reveal() for name, each in line.state.variables.items()}
