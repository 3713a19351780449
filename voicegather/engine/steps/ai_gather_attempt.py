"""An attempt of an AI gather: what was heard in it, and what the ledger learns of that."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicegather.engine.conversations import told_of
from voicegather.engine.events import (
    AiGatherEnded,
    EntriesJudged,
    HistoryTold,
    Message,
    PartialResults,
)
from voicegather.engine.facts import AttemptEnded, AttemptOutcome, InputGathered
from voicegather.engine.graph import StepNode
from voicegather.engine.secret import Secret
from voicegather.engine.steps.ai_gather_fields import Reading, is_storable, read_result
from voicegather.engine.steps.ai_gather_settings import AiField
from voicegather.engine.steps.conversing import Conversing
from voicegather.engine.turn import Turn


@dataclass(frozen=True, slots=True)
class Asked(Conversing):
    """The attempt that runs now, and what this visit has yielded so far."""

    #: How many times the model was asked to gather.
    tries: int = 0
    #: The valid answers so far, and the names of all fields that were answered, well or not.
    taken: tuple[Reading, ...] = ()
    answered: tuple[str, ...] = ()
    #: Whether the caller said anything in this attempt, and the fields filled so far.
    heard: bool = False
    partial: Secret | None = None
    #: Answers that wait for the host's validators, and that command's number.
    readings: tuple[Reading, ...] = ()
    judging: int = 0
    status: str = ""
    #: Whether the attempt is already written down as ended by the call's end.
    closed: bool = False
    #: Whether its result came all the same.
    told: bool = False

    @property
    def runs(self) -> bool:
        """Whether an attempt is under way."""
        return self.seq > 0 and not self.waiting and not self.closed


def open_fields(step: StepNode, progress: Asked) -> tuple[AiField, ...]:
    """The fields that have no valid answer yet."""
    taken = {each.field for each in progress.taken}
    return tuple(each for each in step.settings.fields if each.name not in taken)


def is_of(turn: Turn, progress: Asked, event: AiGatherEnded | PartialResults | HistoryTold) -> bool:
    """Whether the event is of the attempt that runs now."""
    found = told_of(turn.state, event)
    return event.seq in (None, progress.seq) and found is not None and found.seq == progress.seq


def caller_spoke(messages: tuple[Message, ...]) -> bool:
    return any(each.role == "user" and each.content for each in messages)


def heard_so_far(step: StepNode, progress: Asked) -> tuple[Reading, ...]:
    return progress.readings or read_result(open_fields(step, progress), progress.partial)


def with_readings(progress: Asked, readings: tuple[Reading, ...]) -> Asked:
    valid = tuple(each for each in readings if each.value is not None)
    names = (each.field for each in readings)
    return replace(
        progress,
        taken=(*progress.taken, *valid),
        answered=tuple(dict.fromkeys((*progress.answered, *names))),
    )


def judged(
    step: StepNode, readings: tuple[Reading, ...], event: EntriesJudged
) -> tuple[Reading, ...]:
    """The readings as the host's validators take them; what they do not accept is not valid."""
    asked = {each.name for each in step.settings.fields if each.validator}
    found = []
    for each in readings:
        if each.value is not None and each.field in asked:
            verdict = event.verdicts.get(each.field)
            accepted = verdict is not None and verdict.accepted
            good = verdict.value if verdict and is_storable(verdict.value.reveal()) else None
            each = replace(each, value=good if accepted else None)
        found.append(each)
    return tuple(found)


def note_ended(turn: Turn, progress: Asked, outcome: AttemptOutcome) -> None:
    visit = turn.state.visit
    turn.record(AttemptEnded(turn.now, visit, progress.attempt, outcome, None, progress.status))


def note(turn: Turn, readings: tuple[Reading, ...], choice: str = "") -> None:
    """What the visit yielded, field by field."""
    for each in readings:
        outcome = AttemptOutcome.VALID if each.value is not None else AttemptOutcome.INVALID
        turn.record(
            InputGathered(
                turn.now, turn.state.visit, each.field, outcome, each.raw, each.value, choice
            )
        )


def note_raw(turn: Turn, readings: tuple[Reading, ...], outcome: AttemptOutcome) -> None:
    """What came in each field, although nothing was made of it."""
    for each in readings:
        turn.record(InputGathered(turn.now, turn.state.visit, each.field, outcome, each.raw, None))
