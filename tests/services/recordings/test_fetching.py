"""The job that fetches: worker deaths, full storages, and recordings of which no webhook came."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import FileSystemStorage

from tests.factories import make_call
from voicegather.models import CallLeg, Recording
from voicegather.models.jobs import JobState
from voicegather.models.recordings import recording_storage
from voicegather.sealing import seal
from voicegather.services import moments
from voicegather.services.jobs import run_job
from voicegather.simulator import FakeTelnyx

pytestmark = pytest.mark.django_db(transaction=True)

BEGAN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def telnyx(settings: Any, tmp_path: Path) -> Iterator[FakeTelnyx]:
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/voicegather/webhook/") as fake:
        settings.VOICEGATHER = {
            "TELNYX_API_KEY": fake.api_key,
            "TELNYX_BASE_URL": fake.base_url,
            "DISPATCH": "local",
        }
        yield fake


def saved(telnyx: FakeTelnyx, **columns: Any) -> Recording:
    """A recording that Telnyx has, and of which its webhook told."""
    name = str(uuid4())
    listed = {"call_leg_id": "leg-1", "format": "mp3", "channels": "single"}
    telnyx.recordings.keep(name, listed | {"recording_started_at": BEGAN.isoformat()})
    given = {
        "recording_id": name,
        "saved_at": BEGAN,
        "began_at": BEGAN,
        "sealed_address": seal(telnyx.recordings.publish(name, "mp3")),
    }
    call = make_call(phase="ended")
    CallLeg.objects.create(call=call, call_control_id=name, role="caller", call_leg_id="leg-1")
    return Recording.objects.create(**{"call": call, "seq": 2, **given, **columns})


def run(recording: Recording) -> Recording:
    Recording.objects.update(not_before=moments.now())
    run_job(f"recording:{recording.pk}")
    return Recording.objects.get(pk=recording.pk)


def stored(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "media").rglob("*.mp3"))


def test_a_worker_that_died_in_the_middle_leaves_nothing_twice(
    telnyx: FakeTelnyx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = saved(telnyx)
    save = FileSystemStorage.save

    def die_after(storage: Any, *args: Any, **kwargs: Any) -> str:
        save(storage, *args, **kwargs)
        raise SystemExit

    monkeypatch.setattr(FileSystemStorage, "save", die_after)
    with pytest.raises(SystemExit):
        run(recording)
    monkeypatch.undo()
    recording.refresh_from_db()
    assert recording.state == JobState.RUNNING
    assert len(stored(tmp_path)) == 1

    Recording.objects.update(lease_until=moments.now() - timedelta(seconds=1))
    assert run(recording).is_kept
    assert len(stored(tmp_path)) == 1


def test_one_that_is_stored_already_is_not_fetched_again(telnyx: FakeTelnyx) -> None:
    recording = run(saved(telnyx))
    first = recording.file.name
    Recording.objects.update(state=JobState.WAITING)
    assert run(recording).file.name == first
    assert run(recording).state == JobState.DONE


def test_a_full_storage_is_told_and_tried_again(
    telnyx: FakeTelnyx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = saved(telnyx)

    def fail(*args: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", fail)
    waiting = run(recording)
    assert (waiting.state, waiting.failure) == (
        JobState.WAITING,
        "The storage for recordings is full. Make room, then try again.",
    )
    Recording.objects.update(tries=20)
    assert run(recording).state == JobState.FAILED
    monkeypatch.undo()
    Recording.objects.update(state=JobState.WAITING)
    assert run(recording).is_kept
    assert len(stored(tmp_path)) == 1


def test_a_recording_that_is_deleted_meanwhile_leaves_no_file(
    telnyx: FakeTelnyx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = saved(telnyx)
    save = FileSystemStorage.save

    def delete_after(storage: Any, *args: Any, **kwargs: Any) -> str:
        name = save(storage, *args, **kwargs)
        Recording.objects.all().delete()
        return name

    monkeypatch.setattr(FileSystemStorage, "save", delete_after)
    Recording.objects.update(not_before=moments.now())
    run_job(f"recording:{recording.pk}")
    assert stored(tmp_path) == []


def test_one_of_which_no_webhook_came_is_found_by_its_leg_and_moment(telnyx: FakeTelnyx) -> None:
    nothing_told = {"recording_id": "", "saved_at": None, "sealed_address": None}
    recording = saved(telnyx, **nothing_told, began_at=BEGAN - timedelta(seconds=2))
    found = run(recording)
    assert found.is_kept
    assert found.recording_id in telnyx.recordings.ids()


def test_one_that_telnyx_does_not_have_is_given_up_in_the_end(telnyx: FakeTelnyx) -> None:
    recording = saved(telnyx, sealed_address=None)
    telnyx.recordings.delete(recording.recording_id)
    told = "Telnyx has no such recording, or not yet."
    assert (run(recording).state, run(recording).failure) == (JobState.WAITING, told)
    Recording.objects.update(tries=20)
    assert (run(recording).state, run(recording).failure) == (JobState.FAILED, told)


def test_telnyxs_copy_goes_where_the_site_says_so(telnyx: FakeTelnyx, settings: Any) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "RECORDING_DELETE_AT_TELNYX": True}
    found = run(saved(telnyx))
    assert found.is_kept
    assert found.left_telnyx_at is not None
    assert telnyx.recordings.ids() == []
    assert recording_storage().exists(found.file.name or "")
