"""A caller erased at Telnyx: recordings known here or not, transcriptions and conversations."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.services.erasing.conftest import NUMBER, ask, work
from tests.services.retention.conftest import OldCall
from voicegather.models import Call, CallEvent, Conversation, Recording, TelnyxDeletion
from voicegather.models.jobs import JobState
from voicegather.services import moments
from voicegather.services.erasing import receipt_of
from voicegather.simulator import FakeTelnyx

pytestmark = pytest.mark.django_db(transaction=True)


def kept_at_telnyx(call: Call, telnyx: FakeTelnyx, *, recordings: int = 2) -> list[str]:
    """Recordings of the call, of which the site knows the first; its transcription; its talk."""
    names = [str(uuid4()) for _ in range(recordings)]
    for name in names:
        telnyx.recordings.keep(name, {"call_leg_id": f"leg-{call.pk}", "format": "mp3"})
    Recording.objects.create(call=call, recording_id=names[0], state=JobState.DONE)
    transcription = str(uuid4())
    telnyx.recordings.write(transcription, names[0], "My name is Ada.")
    CallEvent.objects.create(
        source="telnyx",
        external_id=f"written-{call.pk}",
        call_control_id=f"v3:{call.pk}",
        event_type="call.recording.transcription.saved",
        occurred_at=call.started_at,
        received_at=call.started_at,
        payload={"recording_transcription_id": transcription},
        call=call,
        status="processed",
    )
    talk = Conversation.objects.get(call=call).conversation_id
    telnyx.talks.keep(talk, "2026-03-01T09:30:00Z")
    return names


def left(telnyx: FakeTelnyx) -> tuple[int, int, int]:
    """Recordings, transcriptions and conversations that Telnyx has."""
    kept = telnyx.recordings
    return len(kept.ids()), len(kept.transcription_ids()), len(telnyx.talks.ids())


def test_all_that_telnyx_lets_us_delete_is_gone_there(called: OldCall, telnyx: FakeTelnyx) -> None:
    kept_at_telnyx(called(3), telnyx)
    other = called(3, caller="+13125550199", caller_e164="+13125550199")
    theirs = kept_at_telnyx(other, telnyx)
    assert left(telnyx) == (4, 2, 2)

    done = work(ask())

    assert (done.state, done.failure) == (JobState.DONE, "")
    assert left(telnyx) == (2, 1, 1)
    assert telnyx.recordings.ids() == theirs
    assert done.counts["telnyx_transcription"] == done.counts["telnyx_conversation"] == 1
    assert not TelnyxDeletion.objects.exists()


def test_however_many_recordings_a_leg_has_all_go(called: OldCall, telnyx: FakeTelnyx) -> None:
    kept_at_telnyx(called(3), telnyx, recordings=120)

    work(ask())

    assert left(telnyx) == (0, 0, 0)


def test_what_telnyx_has_no_more_is_done(called: OldCall, telnyx: FakeTelnyx) -> None:
    for name in kept_at_telnyx(called(3), telnyx):
        telnyx.recordings.delete(name)
    telnyx.talks.delete(telnyx.talks.ids()[0])

    assert work(ask()).state == JobState.DONE
    assert not TelnyxDeletion.objects.exists()


@pytest.mark.parametrize(
    "action",
    ["list_recordings", "delete_recording", "delete_transcription", "delete_conversation"],
)
@pytest.mark.parametrize("status", [500, 429])
def test_what_telnyx_cannot_do_now_keeps_the_erasure_open_until_it_is_done(
    called: OldCall, telnyx: FakeTelnyx, action: str, status: int
) -> None:
    kept_at_telnyx(called(3), telnyx)
    telnyx.respond_next(action, status=status)

    waits = work(ask())

    assert waits.state == JobState.WAITING
    assert f"({status})" in waits.failure
    assert waits.not_before > moments.now() + timedelta(seconds=30)
    assert not Call.objects.exists()
    assert NUMBER not in waits.failure
    done = work(waits)
    assert (done.state, left(telnyx)) == (JobState.DONE, (0, 0, 0))


def test_an_answer_that_is_lost_is_asked_for_again(called: OldCall, telnyx: FakeTelnyx) -> None:
    kept_at_telnyx(called(3), telnyx)
    telnyx.lose_next_answer("delete_conversation")

    waits = work(ask())
    assert "Telnyx could not be asked" in waits.failure
    assert work(waits).state == JobState.DONE
    assert left(telnyx) == (0, 0, 0)


def test_a_key_that_telnyx_refuses_is_told_of_and_what_to_do(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    kept_at_telnyx(called(3), telnyx)
    telnyx.respond_next("list_recordings", status=401)

    waits = work(ask())

    assert waits.failure.endswith(
        "and is asked again. Telnyx refused the API key (401): copy it anew from the Telnyx "
        "portal, Keys & Credentials, API Keys, into TELNYX_API_KEY."
    )
    # With the key refused nothing else was asked.
    assert len(telnyx.commands()) == 1
    assert work(waits).state == JobState.DONE


def test_the_receipt_says_what_went_at_telnyx(called: OldCall, telnyx: FakeTelnyx) -> None:
    kept_at_telnyx(called(3), telnyx)

    assert "1  transcriptions deleted at Telnyx, or gone there" in receipt_of(work(ask()))
