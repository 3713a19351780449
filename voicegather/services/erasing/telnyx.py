"""What Telnyx keeps of erased calls: noted before the calls go, then deleted there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from voicegather.models import (
    Call,
    CallEvent,
    CallLeg,
    Conversation,
    Erasure,
    Recording,
    TelnyxDeletion,
)
from voicegather.provider.client import Account, RefusedError
from voicegather.provider.forgetting import delete_conversation, delete_transcription
from voicegather.provider.recordings import delete_recording, recordings_of_leg
from voicegather.services.erasing.counting import count
from voicegather.services.jobs import Progress
from voicegather.services.outbox import account_of

What = TelnyxDeletion.What
GONE = 404
TRANSCRIBED = "call.recording.transcription.saved"


def note_for_telnyx(erasure: Erasure, calls: Sequence[int]) -> None:
    """Keep the ids by which Telnyx knows what it has of these calls; inside a transaction."""
    connections = dict(Call.objects.filter(pk__in=calls).values_list("pk", "connection"))

    def rows(what: str, found: Iterable[tuple[int, str]]) -> list[TelnyxDeletion]:
        return [
            TelnyxDeletion(
                erasure=erasure, connection=connections[call], what=what, external_id=name[:255]
            )
            for call, name in found
            if name
        ]

    legs = CallLeg.objects.filter(call__in=calls).values_list("call", "call_leg_id")
    recordings = Recording.objects.filter(call__in=calls, left_telnyx_at=None)
    talks = Conversation.objects.filter(call__in=calls).values_list("call", "conversation_id")
    told = CallEvent.objects.filter(call__in=calls, event_type=TRANSCRIBED)
    written = told.values_list("call", "payload__recording_transcription_id")
    TelnyxDeletion.objects.bulk_create(
        [
            *rows(What.LEG, legs),
            *rows(What.RECORDING, recordings.values_list("call", "recording_id")),
            *rows(What.CONVERSATION, talks),
            *rows(What.TRANSCRIPTION, written),
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def delete_at_telnyx(erasure: Erasure, progress: Progress) -> None:
    """Have Telnyx delete what was noted; what it refuses stays noted, with why.

    Where nobody answers, or the key is refused, the rest waits for the next time.
    """
    for noted in list(erasure.at_telnyx.order_by("tries", "pk")):
        try:
            deleted = _delete(account_of(noted.connection), noted)
        except RefusedError as refused:
            if refused.http_status == GONE:
                deleted = 0
            else:
                _note_trouble(erasure, noted, refused)
                if _is_out_of_reach(refused):
                    return
                continue
        with transaction.atomic():
            count(erasure, **{f"telnyx_{noted.what}": deleted})
            noted.delete()
        progress.advance()


def _note_trouble(erasure: Erasure, noted: TelnyxDeletion, refused: RefusedError) -> None:
    from voicegather.services.applications import advice_on

    row = erasure.at_telnyx.filter(pk=noted.pk)
    row.update(tries=F("tries") + 1, trouble=advice_on(refused)[:255])


def _is_out_of_reach(refused: RefusedError) -> bool:
    """Whether the next question would be answered no better."""
    return refused.may_pass or refused.http_status in (401, 403)


def _delete(account: Account, noted: TelnyxDeletion) -> int:
    """How many there were, as far as Telnyx says. Raises RefusedError."""
    match noted.what:
        case What.LEG:
            found = recordings_of_leg(account, noted.external_id)
            for recording in found:
                delete_recording(account, recording.recording_id)
            return len(found)
        case What.RECORDING:
            delete_recording(account, noted.external_id)
        case What.CONVERSATION:
            delete_conversation(account, noted.external_id)
        case What.TRANSCRIPTION:
            delete_transcription(account, noted.external_id)
    return 1
