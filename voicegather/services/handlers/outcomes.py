"""What came of a job, written once into the call's inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from voicegather.models import CallEvent, EventSource, OwnEventType
from voicegather.provider.inbox import storable
from voicegather.sealing import seal
from voicegather.services import dispatch, moments
from voicegather.services.handlers.jobs import Job

LONGEST_REASON = 255


@dataclass(frozen=True, slots=True)
class Returned:
    """A handler's variables as text, and the exit to take, "" for ``done``."""

    values: Mapping[str, str] = field(repr=False)
    exit: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a validator says of one entry: accepted as `value`, or refused for `reason`."""

    accepted: bool
    value: str = field(repr=False)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgements of all entries, by their field."""

    verdicts: Mapping[str, Judgement]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why nothing came of it, in words for the timeline that quote nothing a caller entered."""

    reason: str


Outcome = Returned | Judged | Failed


def note(job: Job, outcome: Outcome) -> None:
    """Write the event of an outcome, unless the job has one already, and have its call advanced."""
    event_type, reason, sealed = _told(outcome)
    moment = moments.now()
    event = CallEvent(
        source=EventSource.HANDLER,
        external_id=str(job.command_id),
        call_control_id=job.leg,
        call=job.call,
        event_type=event_type,
        occurred_at=moment,
        received_at=moment,
        payload={"seq": job.seq} | ({"reason": reason} if reason else {}),
        sealed=None if sealed is None else seal(sealed),
    )
    CallEvent.objects.bulk_create([event], ignore_conflicts=True)
    dispatch.enqueue(job.leg)


def _told(outcome: Outcome) -> tuple[OwnEventType, str, dict[str, Any] | None]:
    match outcome:
        case Returned():
            sealed = {"values": dict(outcome.values), "exit": outcome.exit}
            return OwnEventType.HANDLER_RETURNED, "", sealed
        case Judged():
            verdicts = {name: asdict(verdict) for name, verdict in outcome.verdicts.items()}
            return OwnEventType.ENTRIES_JUDGED, "", {"verdicts": verdicts}
        case Failed():
            return OwnEventType.HANDLER_FAILED, storable(outcome.reason[:LONGEST_REASON]), None
