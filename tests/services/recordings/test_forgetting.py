from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from voicegather.models import Recording
from voicegather.models.recordings import recording_storage
from voicegather.services.holds import hold_call, release_hold
from voicegather.services.recordings import RecordingError, forget

pytestmark = pytest.mark.django_db(transaction=True)

Kept = Callable[..., Recording]


def test_a_forgotten_recording_leaves_neither_row_nor_file(kept: Kept) -> None:
    mine, another = kept(), kept()
    forget([mine])
    assert Recording.objects.get() == another
    assert not recording_storage().exists(mine.file.name or "")
    assert recording_storage().exists(another.file.name or "")


def test_nothing_is_deleted_when_the_transaction_around_it_is_undone(kept: Kept) -> None:
    recording = kept()
    with transaction.atomic():
        forget([recording])
        transaction.set_rollback(True)
    assert recording_storage().exists(recording.file.name or "")
    with transaction.atomic():
        forget([recording])
        assert recording_storage().exists(recording.file.name or "")
    assert not recording_storage().exists(recording.file.name or "")


def test_a_file_that_is_gone_already_keeps_nothing_back(kept: Kept) -> None:
    recording = kept()
    recording_storage().delete(recording.file.name or "")
    forget([recording, recording])
    assert not Recording.objects.exists()


def test_where_the_storage_fails_the_row_stays_and_the_others_go(kept: Kept) -> None:
    stuck, another = kept(), kept()
    path = Path(recording_storage().path(stuck.file.name or ""))
    path.unlink()
    (path / "in the way").mkdir(parents=True)
    with pytest.raises(RecordingError, match="Not deleted by the storage: 1"):
        forget([stuck, another])
    assert Recording.objects.get() == stuck


def test_those_of_a_call_under_legal_hold_stay(kept: Kept) -> None:
    held, another = kept(), kept()
    author = User.objects.create_user("officer")
    hold_call(held.call, reason="A claim", author=author)
    with pytest.raises(RecordingError, match="under legal hold"):
        forget([held, another])
    assert Recording.objects.get() == held
    assert recording_storage().exists(held.file.name or "")
    release_hold(held.call, reason="Settled", author=author)
    forget([held])
    assert not Recording.objects.exists()
