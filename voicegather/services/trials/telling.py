"""What the log of a test call says: plain JSON entries in which nothing sensitive is readable.

An entry's ``kind`` is one of the words below; its other keys are texts, ready to be shown but for
their translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any, TypeAlias

from voicegather.engine.codec import to_json
from voicegather.engine.commands import (
    Audio,
    Command,
    Gather,
    GatherByAi,
    Outgoing,
    Play,
    RunHandler,
    RunValidators,
    Speech,
    StartAssistant,
)
from voicegather.engine.facts import (
    AlertRaised,
    AttemptEnded,
    AttemptOutcome,
    CallEnded,
    ConsentAnswered,
    Fact,
    HandlerNoted,
    InputGathered,
    MachineFound,
    StepEntered,
    StepLeft,
)
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.state import CallState
from voicegather.provider.actions import to_telnyx
from voicegather.services.display import MASK, shown
from voicegather.services.queueing import RUN_HANDLER, RUN_VALIDATORS

Entry: TypeAlias = dict[str, Any]

_TAG = re.compile(r"<[^>]*>")
#: What may stand between the characters of a value that is spoken one by one.
_BETWEEN = r"[\s,.–-]*"


class Masker:
    """Makes the values of sensitive variables unreadable in whatever text they come up in.

    Values of one character are left alone: they are in every other prompt by chance.
    """

    def __init__(self, state: CallState) -> None:
        values = {
            variable.value.reveal()
            for variable in state.variables.values()
            if variable.sensitivity is not Sensitivity.NORMAL
        }
        longest_first = sorted(values, key=len, reverse=True)
        patterns = [_pattern(value) for value in longest_first if len(value) > 1]
        self._found = re.compile("|".join(patterns)) if patterns else None

    def __call__(self, value: Any) -> Any:
        """The JSON value with every text in it masked."""
        if self._found is None:
            return value
        if isinstance(value, str):
            return self._found.sub(MASK, value)
        if isinstance(value, Mapping):
            return {key: self(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self(each) for each in value]
        return value


def _pattern(value: str) -> str:
    """The value itself, and its characters spoken one by one; never a part of a longer word."""
    spelt = _BETWEEN.join(re.escape(each) for each in value if not each.isspace())
    return rf"(?<!\w){re.escape(value)}(?!\w)|(?<!\w){spelt}(?!\w)"


def command_entry(outgoing: Outgoing, token: str, mask: Masker) -> Entry:
    """A command as it would be sent, without what only names the call."""
    command = outgoing.command
    match command:
        case RunHandler():
            params: dict[str, Any] = {
                "handler": command.handler,
                "variables": [*command.variables],
                "options": to_json(command.options),
                "timeout_s": command.timeout_s,
            }
            action = RUN_HANDLER
        case RunValidators():
            action = RUN_VALIDATORS
            params = {each.field: each.validator for each in command.entries}
        case _:
            told = to_telnyx(command, call_token=token, seq=outgoing.seq)
            action, params = told.action, told.params
            params = {name: each for name, each in params.items() if "client_state" not in name}
    return {"kind": "command", "action": action, "params": mask(params)}


def said_entry(command: Command, language: str, mask: Masker) -> Entry | None:
    """What the caller hears of a command, None where that is nothing."""
    match command:
        case Play(prompt=sound) | Gather(prompt=sound):
            return _sound_entry(sound, language, mask)
        case GatherByAi():
            return _words_entry(command.greeting, language, mask)
        case StartAssistant(greeting=str() as greeting):
            words = "" if greeting.startswith("<") else greeting
            return _words_entry(words, language, mask)
    return None


def _sound_entry(sound: Speech | Audio | None, language: str, mask: Masker) -> Entry | None:
    if isinstance(sound, Speech):
        text = unescape(_TAG.sub(" ", sound.text)) if sound.ssml else sound.text
        return _words_entry(text, sound.language or language, mask)
    if sound is None:
        return None
    return {"kind": "said", "text": "", "audio": sound.url, "media": sound.media_name}


def _words_entry(text: str, language: str, mask: Masker) -> Entry | None:
    words = " ".join(text.split())
    return {"kind": "said", "text": mask(words), "language": language} if words else None


def fact_entries(fact: Fact, step: StepNode | None, menu: str) -> Iterable[Entry]:
    """What a fact adds to the log; `step` is the one that it is about."""
    match fact:
        case StepEntered():
            name, kind = (step.name, step.kind) if step else ("", "")
            yield {"kind": "step", "step": fact.step, "name": name, "of": kind, "menu": menu}
        case StepLeft(exit=found):
            yield {"kind": "exit", "exit": found, "step": step.key if step else ""}
        case AttemptEnded(outcome=outcome) if outcome is not AttemptOutcome.VALID:
            yield {"kind": "attempt", "outcome": outcome.value}
        case InputGathered(value=None, outcome=AttemptOutcome.VALID):
            return  # A wish such as "back": its exit says all.
        case InputGathered():
            value = as_shown(fact.value.reveal() if fact.value else "", step)
            yield {
                "kind": "result",
                "field": fact.field,
                "value": value,
                "outcome": fact.outcome.value,
            }
        case ConsentAnswered(given=given):
            yield {"kind": "consent", "given": given}
        case MachineFound(answered_by=who):
            yield {"kind": "answered_by", "who": who.value}
        case HandlerNoted(reason=reason):
            yield {"kind": "note", "text": reason}
        case AlertRaised(message=message):
            yield {"kind": "note", "text": message}
        case CallEnded():
            yield {"kind": "end", "outcome": fact.outcome.value, "reason": fact.reason}


def as_shown(value: str, step: StepNode | None) -> str:
    """A value of the step as everyone may see it: a secret one leaves no more than a mask."""
    if step is None or not value:
        return value
    return shown(value, step.sensitivity, step.shown_last) or MASK
