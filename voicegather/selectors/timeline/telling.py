"""Rows as entries of a timeline, in the language of whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine.events import Act
from voicegather.engine.facts import AttemptOutcome, RecordingUse
from voicegather.engine.graph import Sensitivity
from voicegather.models import (
    CallCommand,
    CallEvent,
    CallLeg,
    CommandStatus,
    Consent,
    Conversation,
    EventStatus,
    GatherAttempt,
    GatherResult,
    LegRole,
    OwnEventType,
    Recording,
    StepVisit,
    Turn,
)
from voicegather.models.jobs import JobState
from voicegather.selectors.entries import DisplayValue, EntryKind, Sight, TimelineEntry
from voicegather.selectors.labels import ACTIONS, ACTS, EVENTS, ROLES
from voicegather.selectors.recordings import state_words
from voicegather.selectors.timeline.beside import (
    authors_of,
    conversations_beside,
    is_act,
    visits_beside,
)
from voicegather.selectors.timeline.sealed import SealedParts
from voicegather.selectors.timeline.steps import CallSteps

Details = dict[str, DisplayValue]

#: Of an event's payload, what people look for, and what we call it.
_TOLD_BY_EVENTS = {
    "status": "telnyx_status",
    "hangup_cause": "hangup_cause",
    "hangup_source": "hangup_source",
    "reason": "reason",
    "assistant_id": "assistant",
    "conversation_id": "conversation_id",
    "duration_sec": "seconds",
    "llm_model": "model",
    "turns": "turns",
    "action": "action",
    "seq": "number",
    "http_status": "http_status",
    "code": "code",
    "milliseconds": "milliseconds",
    "target": "target",
    "answer_now": "answer_now",
}
_TROUBLE = {
    OwnEventType.COMMAND_FAILED,
    OwnEventType.HANDLER_FAILED,
    OwnEventType.FOLDING_FAILED,
    "call.conversation.start_failed",
    "call.recording.error",
}


class Telling:
    """Makes entries of `new` rows, by kind, and reads what else these speak of."""

    def __init__(
        self, new: Mapping[EntryKind, Sequence[Any]], sight: Sight, diverted_to: str = ""
    ) -> None:
        self._diverted_to = diverted_to
        self._steps = CallSteps(visits_beside(new), sight)
        self._conversations = conversations_beside(new)
        self._sealed = SealedParts(new[EntryKind.EVENT], new[EntryKind.TURN], sight)
        self._authors = authors_of(new)

    def entry(self, kind: EntryKind, row: Any) -> TimelineEntry:
        return self._entries[kind](self, row)

    def _event(self, event: CallEvent) -> TimelineEntry:
        details: Details = {
            "type": event.event_type,
            "source": event.get_source_display(),
            "status": event.get_status_display(),
        }
        for name, ours in _TOLD_BY_EVENTS.items():
            value = event.payload.get(name)
            if isinstance(value, str | int) and value != "":
                details[ours] = value
        title = EVENTS.get(event.event_type, event.event_type)
        if is_act(event):
            act = event.payload.get("act")
            title = _act_title(act)
            if act != Act.ADD_MESSAGE:
                details.pop("answer_now", None)
            details["author"] = self._authors.get(str(event.payload.get("author")), "")
        if self._diverted_to and event.event_type == "call.initiated":
            title = _("%(event)s, diverted to “%(menu)s”") % {
                "event": title,
                "menu": self._diverted_to,
            }
        details |= self._sealed.of_event(event)
        return TimelineEntry(
            key=f"event-{event.pk}",
            kind=EntryKind.EVENT,
            moment=event.occurred_at,
            title=str(title),
            details=details,
            is_masked=self._sealed.hides_of(event),
            is_trouble=event.status == EventStatus.DEAD or event.event_type in _TROUBLE,
        )

    def _command(self, command: CallCommand) -> TimelineEntry:
        details: Details = {
            "number": command.seq,
            "action": command.action,
            "status": command.get_status_display(),
            "attempts": command.attempts,
            "milliseconds": command.milliseconds,
            "http_status": command.http_status,
            "code": command.code,
            "detail": command.detail,
            "author": self._authors.get(str(command.author_id), ""),
        }
        return TimelineEntry(
            key=f"command-{command.pk}",
            kind=EntryKind.COMMAND,
            moment=command.created_at,
            title=str(ACTIONS.get(command.action, command.action)),
            details=_filled(details),
            is_trouble=command.status == CommandStatus.FAILED,
        )

    def _visit(self, visit: StepVisit) -> TimelineEntry:
        details: Details = {
            "visit": visit.number,
            "step": visit.step_key,
            "version": visit.version.number if visit.version else None,
            "language": visit.language,
            "exit": visit.exit,
            "milliseconds": _milliseconds(visit),
        }
        return TimelineEntry(
            key=f"visit-{visit.pk}",
            kind=EntryKind.VISIT,
            moment=visit.entered_at,
            title=_("Step “%s”") % self._steps.name(visit),
            details=_filled(details),
            is_trouble=visit.exit == "failure",
        )

    def _attempt(self, attempt: GatherAttempt) -> TimelineEntry:
        visit = self._steps.visit(attempt.visit_id)
        entered = self._steps.entry(attempt.sealed_digits, visit)
        details: Details = {
            "visit": visit.number if visit else None,
            "step": visit.step_key if visit else "",
            "attempt": attempt.number,
            "purpose": attempt.get_purpose_display(),
            "outcome": attempt.get_outcome_display() or _("under way"),
            "telnyx_status": attempt.status,
            "digits": entered.text,
            "milliseconds": attempt.milliseconds,
        }
        return TimelineEntry(
            key=f"attempt-{attempt.pk}",
            kind=EntryKind.ATTEMPT,
            moment=attempt.began_at,
            title=_("Attempt %(number)s at “%(step)s”")
            % {"number": attempt.number, "step": self._steps.name(visit)},
            details=_filled(details),
            is_masked=entered.is_masked,
            is_trouble=attempt.outcome == AttemptOutcome.ERROR,
        )

    def _result(self, result: GatherResult) -> TimelineEntry:
        entered = self._steps.result(result)
        details: Details = {
            "step": result.step_key,
            "field": result.field,
            "outcome": result.get_outcome_display(),
            "value": entered.value,
            "raw": entered.raw if entered.raw != entered.value else "",
            "choice": result.choice,
            "sensitivity": result.get_sensitivity_display(),
        }
        visit = self._steps.visit(result.visit_id)
        return TimelineEntry(
            key=f"result-{result.pk}",
            kind=EntryKind.RESULT,
            moment=result.gathered_at,
            title=_("Gathered at “%s”") % (self._steps.name(visit) or result.step_key),
            details=_filled(details),
            is_masked=entered.is_masked,
            is_trouble=result.outcome == AttemptOutcome.ERROR,
        )

    def _conversation(self, conversation: Conversation) -> TimelineEntry:
        filled = self._steps.spoken(conversation.sealed_partial, conversation.sensitivity)
        details: Details = {
            "number": conversation.seq,
            "assistant": conversation.assistant,
            "conversation_id": conversation.conversation_id,
            "model": conversation.model,
            "seconds": conversation.seconds,
            "reason": conversation.reason,
            "filled": filled.text,
        }
        step = self._steps.name(self._steps.visit(conversation.visit_id))
        return TimelineEntry(
            key=f"conversation-{conversation.pk}",
            kind=EntryKind.CONVERSATION,
            moment=conversation.started_at,
            title=_("Conversation at “%s”") % step if step else _("Conversation"),
            details=_filled(details),
            is_masked=filled.is_masked,
        )

    def _turn(self, turn: Turn) -> TimelineEntry:
        conversation = self._conversations[turn.conversation_id]
        words = self._steps.spoken(self._sealed.of_turn(turn), conversation.sensitivity)
        details: Details = {
            "conversation": conversation.seq,
            "number": turn.number,
            "role": turn.role,
            "text": words.text,
        }
        return TimelineEntry(
            key=f"turn-{conversation.seq}-{turn.number}",
            kind=EntryKind.TURN,
            moment=turn.said_at or conversation.started_at,
            title=str(ROLES.get(turn.role, turn.role)),
            details=details,
            is_masked=words.is_masked,
        )

    def _consent(self, consent: Consent) -> TimelineEntry:
        details: Details = {
            "prompt": consent.prompt,
            "words": consent.words,
            "language": consent.language,
            "key": consent.key,
        }
        return TimelineEntry(
            key=f"consent-{consent.pk}",
            kind=EntryKind.CONSENT,
            moment=consent.answered_at,
            title=_("Consent given") if consent.given else _("Consent not given"),
            details=_filled(details),
        )

    def _recording(self, recording: Recording) -> TimelineEntry:
        step = self._steps.name(self._steps.visit(recording.visit_id))
        if recording.use == RecordingUse.MESSAGE:
            title = _("Recording at “%s”") % step if step else _("Recording")
        else:
            title = _("Recording of the call")
        details: Details = {
            "state": state_words(recording),
            "seconds": recording.seconds,
            "take": recording.take if recording.take > 1 or recording.is_replaced else None,
            "recording_id": recording.recording_id,
            "reason": recording.failure,
        }
        return TimelineEntry(
            key=f"recording-{recording.pk}",
            kind=EntryKind.RECORDING,
            moment=recording.began_at,
            title=title,
            details=_filled(details),
            is_masked=recording.sensitivity != Sensitivity.NORMAL,
            is_trouble=recording.state == JobState.FAILED,
        )

    def _leg(self, leg: CallLeg) -> TimelineEntry:
        return TimelineEntry(
            key=f"leg-{leg.pk}",
            kind=EntryKind.LEG,
            moment=leg.created_at,
            title=_("The caller’s leg") if leg.role == LegRole.CALLER else _("The target’s leg"),
            details=_filled({"fate": leg.fate, "call_control_id": leg.call_control_id}),
        )

    _entries: dict[EntryKind, Callable[[Telling, Any], TimelineEntry]] = {
        EntryKind.EVENT: _event,
        EntryKind.COMMAND: _command,
        EntryKind.VISIT: _visit,
        EntryKind.ATTEMPT: _attempt,
        EntryKind.RESULT: _result,
        EntryKind.CONVERSATION: _conversation,
        EntryKind.TURN: _turn,
        EntryKind.CONSENT: _consent,
        EntryKind.RECORDING: _recording,
        EntryKind.LEG: _leg,
    }


def _act_title(act: Any) -> str:
    try:
        return str(ACTS[Act(act)])
    except ValueError:
        return str(act)


def _filled(details: Details) -> Details:
    return {name: value for name, value in details.items() if value not in ("", None)}


def _milliseconds(visit: StepVisit) -> int | None:
    if visit.left_at is None:
        return None
    return round((visit.left_at - visit.entered_at).total_seconds() * 1000)
