"""A past call as its ledger tells it: where the caller went, and what was done in each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voicegather.engine.events import (
    AiGatherEnded,
    AnsweredBy,
    EntriesJudged,
    HandlerFailed,
    HandlerReturned,
)
from voicegather.engine.facts import AttemptOutcome, AttemptPurpose
from voicegather.engine.secret import Secret


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at an entry, at its confirmation, or at consent; `ended_at` in ms UTC, or 0.

    `verdict` is what the site's validators said of it in time, `result` what a model made of it.
    """

    purpose: AttemptPurpose
    outcome: AttemptOutcome | None
    keys: Secret | None = None
    ended_at: int = 0
    verdict: EntriesJudged | HandlerFailed | None = None
    result: AiGatherEnded | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A step that the caller entered; `exit` is "" where the call ended in it.

    `graph` is the sha256 of the version that the step is in, `handled` what the site's handler
    said in time. Moments are milliseconds since 1970 UTC, `left_at` 0 where it was never left.
    """

    graph: str
    step: str
    exit: str = ""
    entered_at: int = 0
    left_at: int = 0
    attempts: tuple[Attempt, ...] = ()
    handled: HandlerReturned | HandlerFailed | None = None


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call that is over. `language` is "" where it began in its menu's own first language.

    `answered_by` is None of a call that came in; `variables` are what a placed call brought.
    """

    id: int
    graph: str
    started_at: int
    visits: tuple[Visit, ...]
    caller: str = ""
    called: str = ""
    language: str = ""
    answered_by: AnsweredBy | None = None
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


class NotReplayableError(Exception):
    """What happened in the call cannot be told from its record; `reason` is one of `Reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
