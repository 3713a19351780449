from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """The folder of uploads, with a prompt and an export in it."""
    settings.MEDIA_ROOT = tmp_path
    for name in ("prompts/welcome.wav", "exports/answers.csv"):
        file = tmp_path / "voicegather" / name
        file.parent.mkdir(parents=True)
        file.write_bytes(b"RIFF")
    return tmp_path


def test_telnyx_can_fetch_an_uploaded_prompt(client: Client, media: Path) -> None:
    response = client.get("/media/voicegather/prompts/welcome.wav")

    assert response.status_code == 200
    assert response.headers["Content-Type"] in ("audio/x-wav", "audio/wav")
    assert b"".join(response.streaming_content) == b"RIFF"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("voicegather/exports/answers.csv", 404),
        ("voicegather/prompts/../exports/answers.csv", 400),
        ("voicegather/prompts/", 404),
        ("voicegather/prompts/missing.wav", 404),
    ],
)
def test_nothing_else_of_the_media_is_public(
    client: Client, media: Path, path: str, status: int
) -> None:
    assert client.get(f"/media/{path}").status_code == status
