"""A gather that was cut off, by the call's end or by staff: what was entered until then is kept."""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.edges import Edge
from voicegather.engine.events import GatherEnded, GatherStatus
from voicegather.engine.facts import AttemptOutcome, AttemptPurpose
from voicegather.engine.graph import StepNode
from voicegather.engine.secret import Secret
from voicegather.engine.steps.asking import Asking, read_attempt
from voicegather.engine.steps.attempts import note_ended, note_result
from voicegather.engine.steps.attribution import stop_listening
from voicegather.engine.steps.gather_choices import choices_for
from voicegather.engine.steps.gather_settings import GatherSettings
from voicegather.engine.turn import Turn


def close_attempt(turn: Turn, step: StepNode, asking: Asking, ended: GatherEnded | None) -> None:
    """The call ended: write down its last attempt, a whole entry as such.

    `ended` is what told of the attempt's end, if anything did.
    """
    if asking.checking is not None:
        _close_unjudged(turn, asking, asking.checking.entry)
        return
    choices = choices_for(step, asking.purpose)
    entry = read_attempt(asking, choices, ended).entry
    said = Secret(entry) if entry else None
    raw = asking.candidate or said
    finished = bool(entry) and not choices.could_extend(entry)
    if ended is not None and ended.status in (GatherStatus.VALID, GatherStatus.INVALID):
        finished = True
    edge = step.choices.find(raw.reveal()) if finished and raw is not None else None
    if edge is not None and not _is_enough(step, asking, entry, edge):
        edge = None
    outcome = AttemptOutcome.VALID if edge else AttemptOutcome.HANGUP
    note_ended(turn, asking, outcome, said, ended.status if ended else None)
    value = (asking.value or raw) if edge and not edge.inherited else None
    note_result(turn, outcome, raw, value, step.label_of(edge) if edge else "")
    told = asking.told or (ended is not None and bool(ended.digits))
    turn.change(progress=replace(asking, closed=True, told=told))


def cancel_attempt(turn: Turn, step: StepNode, asking: Asking) -> None:
    """Staff interrupt the step: write down what was entered so far, and stop listening."""
    if asking.checking is not None:
        said: Secret | None = asking.checking.entry
    else:
        entry = read_attempt(asking, choices_for(step, asking.purpose), None).entry
        said = Secret(entry) if entry else None
        stop_listening(turn, asking)
    note_ended(turn, asking, AttemptOutcome.CANCELLED, said)
    note_result(turn, AttemptOutcome.CANCELLED, asking.candidate or said)


def _is_enough(step: StepNode, asking: Asking, entry: str, edge: Edge) -> bool:
    """Whether a finished entry needs no more: neither a confirmation nor a validator."""
    settings: GatherSettings = step.settings
    if asking.purpose is AttemptPurpose.CONFIRMATION:
        return entry == settings.confirm_key
    return not settings.read_back and (edge.inherited or not settings.validator)


def _close_unjudged(turn: Turn, asking: Asking, entry: Secret) -> None:
    note_ended(turn, asking, AttemptOutcome.HANGUP, entry)
    note_result(turn, AttemptOutcome.HANGUP, entry)
    turn.change(progress=replace(asking, closed=True, told=True))
