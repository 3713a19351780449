"""Telnyx's own copies: gone there when the site wants that, whatever Telnyx answers at first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from voicegather.models import Recording
from voicegather.models.jobs import JobState
from voicegather.models.recordings import recording_storage
from voicegather.services import dispatch, jobs, moments
from voicegather.services.recordings import RecordingError, delete_at_telnyx
from voicegather.simulator import FakeTelnyx

pytestmark = pytest.mark.django_db(transaction=True)

Kept = Callable[..., Recording]


@pytest.fixture
def telnyx(settings: Any) -> Iterator[FakeTelnyx]:
    """The account, whose copies the site wants deleted."""
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/voicegather/webhook/") as fake:
        settings.VOICEGATHER = {
            **settings.VOICEGATHER,
            "TELNYX_API_KEY": fake.api_key,
            "TELNYX_BASE_URL": fake.base_url,
            "RECORDING_DELETE_AT_TELNYX": True,
        }
        yield fake


@pytest.fixture
def waiting(kept: Kept, telnyx: FakeTelnyx) -> Recording:
    """A recording that Telnyx has, and that is still to be fetched."""
    name = str(uuid4())
    telnyx.recordings.keep(name, {"call_leg_id": "leg-1", "format": "mp3"})
    return kept(recording_id=name, file="", state=JobState.WAITING, saved_at=moments.now())


def work(recording: Recording) -> Recording:
    """What one worker does of it, now."""
    Recording.objects.filter(pk=recording.pk).update(not_before=moments.now())
    jobs.run_job(f"recording:{recording.pk}")
    recording.refresh_from_db()
    return recording


def deletions(telnyx: FakeTelnyx) -> list[int]:
    return [each.status for each in telnyx.commands() if each.action == "delete_recording"]


def test_what_was_fetched_is_gone_at_telnyx(waiting: Recording, telnyx: FakeTelnyx) -> None:
    done = work(waiting)

    assert (done.state, done.failure, done.is_kept) == (JobState.DONE, "", True)
    assert done.left_telnyx_at is not None
    assert telnyx.recordings.ids() == []
    delete_at_telnyx(done)
    assert deletions(telnyx) == [200]


def test_nothing_is_deleted_before_the_site_has_the_file(
    waiting: Recording, telnyx: FakeTelnyx, settings: Any
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "RECORDING_MAX_BYTES": 10}

    failed = work(waiting)

    assert (failed.state, failed.is_kept) == (JobState.FAILED, False)
    assert telnyx.recordings.ids() == [waiting.recording_id]


def test_telnyx_keeps_its_copy_unless_the_site_wants_it_gone(
    waiting: Recording, telnyx: FakeTelnyx, settings: Any
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "RECORDING_DELETE_AT_TELNYX": False}

    assert work(waiting).is_kept
    assert telnyx.recordings.ids() == [waiting.recording_id]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_what_telnyx_cannot_delete_now_is_asked_for_again(
    waiting: Recording, telnyx: FakeTelnyx, status: int
) -> None:
    telnyx.respond_next("delete_recording", status=status)

    later = work(waiting)

    assert later.state == JobState.WAITING
    assert f"({status})" in later.failure
    assert later.not_before > moments.now()
    # Meanwhile the site has it, and people listen to it.
    assert later.is_kept
    done = work(later)
    assert (done.state, done.failure) == (JobState.DONE, "")
    assert telnyx.recordings.ids() == []
    assert [each.action for each in telnyx.commands()].count("read_recording") == 1


def test_an_answer_that_is_lost_is_asked_for_again(waiting: Recording, telnyx: FakeTelnyx) -> None:
    telnyx.lose_next_answer("delete_recording")

    later = work(waiting)
    assert later.state == JobState.WAITING
    assert "Telnyx could not be asked" in later.failure
    assert later.left_telnyx_at is None

    # It was deleted then: 404 counts as done.
    done = work(later)
    assert (done.state, done.left_telnyx_at is not None) == (JobState.DONE, True)
    assert deletions(telnyx) == [200, 404]


def test_a_key_that_telnyx_refuses_is_told_of_and_what_to_do(
    waiting: Recording, telnyx: FakeTelnyx
) -> None:
    telnyx.respond_next("delete_recording", status=401)

    failed = work(waiting)

    assert (failed.state, failed.is_kept) == (JobState.FAILED, True)
    assert failed.failure == (
        "Telnyx refused the API key (401): copy it anew from the Telnyx portal, Keys & "
        "Credentials, API Keys, into TELNYX_API_KEY."
    )
    assert telnyx.recordings.ids() == [waiting.recording_id]
    assert jobs.retry(failed)
    assert dispatch.wait_until_idle()
    failed.refresh_from_db()
    assert failed.state == JobState.DONE
    assert telnyx.recordings.ids() == []


def test_telnyx_in_trouble_is_asked_so_often_and_then_it_is_told(
    waiting: Recording, telnyx: FakeTelnyx
) -> None:
    telnyx.respond_next("delete_recording", status=503, times=99)
    tries = 1
    while work(waiting).state == JobState.WAITING:
        tries += 1

    assert (waiting.state, waiting.is_kept, tries) == (JobState.FAILED, True, 10)
    assert "Telnyx has trouble of its own (503)" in waiting.failure


def test_a_take_that_was_recorded_anew_is_asked_for_until_it_is_gone(
    kept: Kept, telnyx: FakeTelnyx
) -> None:
    name = str(uuid4())
    telnyx.recordings.keep(name, {"call_leg_id": "leg-1", "format": "mp3"})
    replaced = kept(recording_id=name, is_replaced=True, state=JobState.WAITING)
    file = replaced.file.name or ""
    telnyx.respond_next("delete_recording", status=502)

    assert work(replaced).state == JobState.WAITING
    assert recording_storage().exists(file)
    assert work(replaced).state == JobState.DONE

    assert telnyx.recordings.ids() == []
    assert not recording_storage().exists(file)


def test_one_that_telnyx_never_named_is_not_asked_for(kept: Kept, telnyx: FakeTelnyx) -> None:
    delete_at_telnyx(kept())

    assert deletions(telnyx) == []


def test_who_deletes_by_hand_is_told_why_not(kept: Kept, telnyx: FakeTelnyx) -> None:
    recording = kept(recording_id=str(uuid4()))
    telnyx.respond_next("delete_recording", status=403)

    with pytest.raises(RecordingError, match="copy it anew from the Telnyx portal"):
        delete_at_telnyx(recording)
    delete_at_telnyx(recording)
    assert Recording.objects.get().left_telnyx_at is not None
