from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from tests.factories import make_call
from voicegather.models import Recording
from voicegather.models.jobs import JobState
from voicegather.models.recordings import FOLDER, recording_storage


@pytest.fixture
def kept(db: None, settings: Any, tmp_path: Any) -> Callable[..., Recording]:
    """Makes recordings that were fetched, in a storage of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}

    def make(**columns: Any) -> Recording:
        name = recording_storage().save(f"{FOLDER}/sound.mp3", ContentFile(b"sound"))
        given = {"call": None, "file": name, "state": JobState.DONE, "seq": None} | columns
        given["call"] = given["call"] or make_call()
        return Recording.objects.create(**given)

    return make
