from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.services.retention.conftest import called  # noqa: F401
from voicegather.models import Erasure
from voicegather.services import jobs, moments
from voicegather.services.erasing import prepare_erasure, read_subject
from voicegather.simulator import FakeTelnyx

NUMBER = "+13125550101"


@pytest.fixture
def telnyx(settings: Any, tmp_path: Any) -> Iterator[FakeTelnyx]:
    """The account that the site's calls are of, and a storage of the test's own."""
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


def ask(text: str = NUMBER, **asked: Any) -> Erasure:
    subject = read_subject(text)
    wanted = {"confirmation": subject.confirmation, "reason": "A letter", "author": None}
    return prepare_erasure(subject, **{**wanted, **asked})


def work(erasure: Erasure) -> Erasure:
    """What one worker does of it, now."""
    Erasure.objects.filter(pk=erasure.pk).update(not_before=moments.now())
    jobs.run_job(f"erasure:{erasure.pk}")
    erasure.refresh_from_db()
    return erasure
