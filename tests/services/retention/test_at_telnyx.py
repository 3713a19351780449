"""Retention at Telnyx: recordings that are too old go there before they are forgotten here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.services.retention.conftest import OldCall, run, work
from voicegather.models import Call, Recording, RetentionRun
from voicegather.models.jobs import JobState
from voicegather.services import moments
from voicegather.services.retention import Mode, prepare_run
from voicegather.simulator import FakeTelnyx

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def telnyx(settings: Any) -> Iterator[FakeTelnyx]:
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/voicegather/webhook/") as fake:
        settings.VOICEGATHER = {
            **settings.VOICEGATHER,
            "TELNYX_API_KEY": fake.api_key,
            "TELNYX_BASE_URL": fake.base_url,
            "RETENTION_DAYS": {"recordings": 90},
        }
        yield fake


def recorded(call: Call, telnyx: FakeTelnyx) -> Recording:
    """A recording of the call, which Telnyx has alone."""
    name = str(uuid4())
    telnyx.recordings.keep(name, {"call_leg_id": f"leg-{call.pk}", "format": "mp3"})
    return Recording.objects.create(call=call, recording_id=name, state=JobState.DONE)


def again(asked: RetentionRun) -> RetentionRun:
    RetentionRun.objects.filter(pk=asked.pk).update(not_before=moments.now())
    return work(asked)


def test_recordings_go_at_telnyx_with_their_age(called: OldCall, telnyx: FakeTelnyx) -> None:
    recorded(called(91), telnyx)
    young = recorded(called(89), telnyx)

    done = run()

    assert (done.state, done.counts["recordings"]["files"]) == (JobState.DONE, 1)
    assert Recording.objects.get() == young
    assert telnyx.recordings.ids() == [young.recording_id]


def test_a_dry_run_asks_telnyx_for_nothing(called: OldCall, telnyx: FakeTelnyx) -> None:
    old = recorded(called(91), telnyx)

    assert run(Mode.DRY).counts["recordings"]["files"] == 1
    assert telnyx.recordings.ids() == [old.recording_id]
    assert telnyx.commands() == []


def test_one_that_telnyx_has_no_more_is_forgotten(called: OldCall, telnyx: FakeTelnyx) -> None:
    telnyx.recordings.delete(recorded(called(91), telnyx).recording_id)

    assert run().state == JobState.DONE
    assert not Recording.objects.exists()


def test_one_that_telnyx_cannot_delete_now_stays_known_and_is_tried_again(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    recorded(called(92), telnyx)
    stuck = recorded(called(91), telnyx)
    telnyx.respond_next("delete_recording", status=200)
    telnyx.respond_next("delete_recording", status=503)

    waits = run()

    assert (waits.state, waits.counts["recordings"]["stuck"]) == (JobState.WAITING, 1)
    assert waits.failure == (
        "1 file could not be deleted, by the storage or by Telnyx, and is tried again. "
        "Telnyx has trouble of its own (503): try again in a minute."
    )
    assert Recording.objects.get() == stuck
    done = again(waits)
    assert (done.state, done.counts["recordings"]["stuck"]) == (JobState.DONE, 0)
    assert (Recording.objects.count(), telnyx.recordings.ids()) == (0, [])


def test_a_key_that_telnyx_refuses_ends_the_run_with_what_to_do(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    old = recorded(called(91), telnyx)
    telnyx.respond_next("delete_recording", status=401, times=99)

    ends = prepare_run(Mode.REMOVE)
    while again(ends).state == JobState.WAITING:
        assert "Telnyx refused the API key (401): copy it anew" in ends.failure

    assert ends.state == JobState.FAILED
    assert "Telnyx refused the API key (401): copy it anew" in ends.failure
    assert Recording.objects.get() == old
    assert telnyx.recordings.ids() == [old.recording_id]
