"""Recordings in the admin and over the API: who hears them, in which parts, and on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.base import ContentFile
from django.test import Client

from tests.factories import make_call, make_menu, make_version, make_visit
from voicegather.models import Disclosure, Recording
from voicegather.models.jobs import JobState
from voicegather.models.recordings import FOLDER, recording_storage
from voicegather.sealing import seal

SOUND = bytes(range(100))
PAGE = "/admin/voicegather/recording/{}/change/"
API = "/voicegather/api/recordings/"


@pytest.fixture
def recording(db: None, settings: Any, tmp_path: Path) -> Recording:
    """A message that was fetched, with its transcript."""
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    call = make_call(version=make_version(make_menu(), {"name": {"kind": "record"}}))
    return Recording.objects.create(
        call=call,
        visit=make_visit(call, "name"),
        seq=2,
        state=JobState.DONE,
        began_at=call.started_at,
        file=recording_storage().save(f"{FOLDER}/a.mp3", ContentFile(SOUND)),
        format="mp3",
        milliseconds=7_000,
        sealed_transcript=seal("My name is Ada."),
    )


@pytest.fixture
def as_user(db: None) -> Callable[..., Client]:
    def log_in(*permissions: str) -> Client:
        user = User.objects.create_user("listener", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client = Client()
        client.force_login(user)
        return client

    return log_in


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def kinds() -> list[str]:
    return list(Disclosure.objects.order_by("pk").values_list("kind", flat=True))


def test_the_page_has_a_player_and_the_transcript(
    recording: Recording, as_user: Callable[..., Client]
) -> None:
    client = as_user("listen_recording")
    page = client.get(PAGE.format(recording.pk)).content.decode()
    sound = f"/admin/voicegather/recording/{recording.pk}/sound/"
    assert f'src="{sound}"' in page
    assert "My name is Ada." in page
    assert kinds() == ["transcript"]

    response = client.get(sound)
    assert (response.status_code, content(response)) == (200, SOUND)
    assert response["Cache-Control"].startswith("private, no-store")
    assert response["Content-Type"] == "audio/mpeg"
    content(client.get(sound))
    assert kinds() == ["transcript", "recording"]


@pytest.mark.parametrize(
    ("wanted", "status", "told", "part"),
    [
        ("bytes=0-9", 206, "bytes 0-9/100", SOUND[:10]),
        ("bytes=90-", 206, "bytes 90-99/100", SOUND[90:]),
        ("bytes=-5", 206, "bytes 95-99/100", SOUND[95:]),
        ("bytes=90-900", 206, "bytes 90-99/100", SOUND[90:]),
        ("bytes=0-", 200, None, SOUND),
        ("bytes=5-1", 200, None, SOUND),
        ("bytes=0-1,5-6", 200, None, SOUND),
        ("lines=1-2", 200, None, SOUND),
        ("bytes=100-", 416, "bytes */100", b""),
    ],
)
def test_players_get_the_parts_that_they_ask_for(
    recording: Recording,
    as_user: Callable[..., Client],
    wanted: str,
    status: int,
    told: str | None,
    part: bytes,
) -> None:
    response = as_user("listen_recording").get(
        f"/admin/voicegather/recording/{recording.pk}/sound/", headers={"Range": wanted}
    )
    assert (response.status_code, response.get("Content-Range")) == (status, told)
    assert (content(response) if response.streaming else response.content) == part


@pytest.mark.parametrize(
    ("sensitivity", "permissions", "hears"),
    [
        ("normal", ("view_recording", "view_call"), False),
        ("secret", ("listen_recording", "view_call"), False),
        ("secret", ("listen_recording", "reveal_sensitive", "view_call"), True),
    ],
)
def test_who_may_not_listen_neither_hears_nor_reads(
    recording: Recording,
    as_user: Callable[..., Client],
    sensitivity: str,
    permissions: tuple[str, ...],
    hears: bool,
) -> None:
    Recording.objects.update(sensitivity=sensitivity)
    client = as_user(*permissions)
    for address in (
        PAGE.format(recording.pk),
        f"/admin/voicegather/call/{recording.call_id}/change/",
    ):
        page = client.get(address).content.decode()
        assert ("Ada" in page) is hears
        assert (f"/{recording.pk}/sound/" in page) is hears
    sound = client.get(f"/admin/voicegather/recording/{recording.pk}/sound/")
    assert sound.status_code == (200 if hears else 403)
    assert content(sound) == SOUND if hears else not sound.streaming
    assert bool(kinds()) is hears


def test_recordings_that_are_gone_are_not_found(
    recording: Recording, as_user: Callable[..., Client]
) -> None:
    client = as_user("listen_recording")
    recording_storage().delete(recording.file.name or "")
    for pk in (recording.pk, 0, "x", "9" * 30):
        assert client.get(f"/admin/voicegather/recording/{pk}/sound/").status_code == 404


def test_one_that_failed_says_why_and_is_tried_again(
    recording: Recording, as_user: Callable[..., Client]
) -> None:
    Recording.objects.update(state=JobState.FAILED, failure="The storage is full.", file="")
    client = as_user("listen_recording")
    assert "The storage is full." in client.get(PAGE.format(recording.pk)).content.decode()
    client.post(f"/admin/voicegather/recording/{recording.pk}/retry/")
    recording.refresh_from_db()
    assert recording.state == JobState.WAITING


@pytest.mark.django_db(transaction=True)
def test_who_deletes_one_deletes_its_file(
    recording: Recording, as_user: Callable[..., Client]
) -> None:
    client = as_user("listen_recording", "view_recording", "delete_recording")
    client.post(f"/admin/voicegather/recording/{recording.pk}/delete/", {"post": "yes"})
    assert not Recording.objects.exists()
    assert not recording_storage().exists(recording.file.name or "")


def test_the_api_tells_and_hands_out_the_same(
    recording: Recording, as_user: Callable[..., Client]
) -> None:
    client = as_user("listen_recording")
    asked = {"call": recording.call.token, "menu": "clinic"}
    (told,) = client.get(API, asked, headers={"Accept": "application/json"}).json()["results"]
    assert (told["step"], told["transcript"], told["milliseconds"]) == (
        "name",
        "My name is Ada.",
        7_000,
    )
    assert kinds() == ["transcript"]
    part = client.get(told["sound"], headers={"Range": "bytes=0-1"})
    assert (part.status_code, content(part)) == (206, SOUND[:2])
    assert kinds() == ["transcript", "recording"]
    assert list(Disclosure.objects.values_list("way", flat=True)) == ["api", "api"]


def test_without_the_permission_the_api_tells_nothing(
    recording: Recording, as_user: Callable[..., Client]
) -> None:
    client = as_user("view_call", "view_recording")
    for address in (API, f"{API}{recording.pk}/", f"{API}{recording.pk}/sound/"):
        assert client.get(address, headers={"Accept": "application/json"}).status_code == 403
