"""What the live page and the REST API show of a call: the words of timeline.py and live.py.

Both readers build on these. Nothing in them is sealed or lazy: they are ready to be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from voicegather.engine.events import Act
from voicegather.engine.facts import ConversationKind
from voicegather.engine.state import Phase
from voicegather.selectors.teams import AnyUser

DisplayValue = str | int | bool | None


class Sight(StrEnum):
    """How much of sensitive values a viewer sees: what their steps show of them, or all."""

    MASKED = "masked"
    REVEALED = "revealed"


def sight_of(user: AnyUser) -> Sight:
    """What `user` sees, by the permission ``voicegather.reveal_sensitive``."""
    has_perm = getattr(user, "has_perm", None)
    revealed = has_perm is not None and has_perm("voicegather.reveal_sensitive")
    return Sight.REVEALED if revealed else Sight.MASKED


class EntryKind(StrEnum):
    """Which table an entry comes from."""

    EVENT = "event"
    COMMAND = "command"
    VISIT = "visit"
    ATTEMPT = "attempt"
    RESULT = "result"
    CONVERSATION = "conversation"
    TURN = "turn"
    CONSENT = "consent"
    RECORDING = "recording"
    LEG = "leg"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened in a call.

    `key` names it for ever: an entry that comes again with the same key takes the place of the
    earlier one, for something about it has changed. `title` is translated, for people. `details`
    are named by stable words of ASCII letters and underscores, in the order to show them;
    :data:`voicegather.selectors.labels.LABELS` has their translated labels. Values are plain text,
    not HTML: escape them. `is_masked` says that there is more to see with more permissions,
    `is_trouble` that somebody should look.
    """

    key: str
    kind: EntryKind
    moment: datetime
    title: str
    details: Mapping[str, DisplayValue] = field(default_factory=dict)
    is_masked: bool = False
    is_trouble: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries in order of time, and the cursor that asks for what is new or changed after them."""

    entries: tuple[TimelineEntry, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class LiveVariable:
    name: str
    value: str
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class LiveConversation:
    """The conversation that runs now. `partial` is what an AI gather has filled so far."""

    seq: int
    kind: ConversationKind
    assistant: str = ""
    partial: tuple[LiveVariable, ...] = ()


@dataclass(frozen=True, slots=True)
class StepName:
    """A step of the menu under way: where an operator may have the caller jump to."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class LiveState:
    """Where a call stands now.

    `step`, `step_name` and `step_kind` are "" before the first step and after the last; the kind is
    that of what staff put in the step's place, while it lasts. `gather_runs` says that keys are
    gathered, `conversation` that a model talks. `steps` are those of the menu that the caller is
    in. `acts` are the acts that make sense now; whether the user may act is for the caller of this
    to ask.
    """

    phase: Phase
    is_over: bool
    outcome: str = ""
    menu: str = ""
    step: str = ""
    step_name: str = ""
    step_kind: str = ""
    language: str = ""
    variables: tuple[LiveVariable, ...] = ()
    conversation: LiveConversation | None = None
    gather_runs: bool = False
    assistant_runs: bool = False
    steps: tuple[StepName, ...] = ()
    acts: tuple[Act, ...] = ()
