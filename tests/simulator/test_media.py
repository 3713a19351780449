"""Media storage of the fake account, asked by the official SDK."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import telnyx as sdk
from telnyx.types.media_update_params import MediaUpdateParams
from telnyx.types.media_upload_params import MediaUploadParams
from telnyx.types.media_upload_response import MediaUploadResponse

from tests.services.audio.sounds import wav
from voicegather.simulator import FakeTelnyx
from voicegather.simulator.media_tables import UPDATE_MEDIA, UPLOAD_MEDIA

URL = "https://www.example.com/hello.wav"


def upload(client: sdk.Telnyx, content: bytes = b"", **fields: Any) -> Any:
    """What the SDK has no method for: the file itself, in a multipart form."""
    return client.post(
        "/media",
        cast_to=MediaUploadResponse,
        body=fields,
        files=[("media", ("hello.wav", content or wav(), "audio/wav"))],
        options={"headers": {"Content-Type": "multipart/form-data"}},
    ).data


def lifetime(media: Any) -> timedelta:
    return datetime.fromisoformat(media.expires_at) - datetime.fromisoformat(media.updated_at)


@pytest.mark.parametrize(
    ("table", "params"), [(UPLOAD_MEDIA, MediaUploadParams), (UPDATE_MEDIA, MediaUpdateParams)]
)
def test_the_tables_have_the_parameters_of_the_sdk_and_the_file(table: Any, params: Any) -> None:
    assert set(table) == {*params.__annotations__, "media"}


def test_a_file_is_stored_byte_by_byte(telnyx: FakeTelnyx, client: sdk.Telnyx) -> None:
    content = wav(0.5, fill=0x0D) + b"\r\n--\r\n"

    media = upload(client, content, media_name="hello", ttl_secs=3600)

    assert (media.media_name, media.content_type) == ("hello", "audio/wav")
    assert lifetime(media) == timedelta(hours=1)
    assert telnyx.media.content("hello") == content
    assert telnyx.commands()[-1].params == {
        "media": len(content),
        "media_name": "hello",
        "ttl_secs": 3600,
    }


def test_a_file_is_given_by_its_address_for_two_days(client: sdk.Telnyx) -> None:
    assert lifetime(client.media.upload(media_url=URL, media_name="hello").data) == timedelta(2)


def test_a_time_to_live_begins_anew(client: sdk.Telnyx) -> None:
    upload(client, media_name="hello", ttl_secs=60)

    client.media.update("hello", ttl_secs=630_720_000)

    assert lifetime(client.media.retrieve("hello").data) == timedelta(seconds=630_720_000)


def test_files_are_listed_and_deleted(client: sdk.Telnyx) -> None:
    for name in ("one", "two"):
        upload(client, media_name=name)
    client.media.delete("one")

    assert [each.media_name for each in client.media.list().data or ()] == ["two"]
    with pytest.raises(sdk.NotFoundError):
        client.media.retrieve("one")


def test_a_file_whose_time_is_over_is_gone(telnyx: FakeTelnyx, client: sdk.Telnyx) -> None:
    upload(client, media_name="hello")
    telnyx.media.expire("hello")

    with pytest.raises(sdk.NotFoundError):
        client.media.update("hello", ttl_secs=60)
    assert upload(client, media_name="hello").media_name == "hello"


@pytest.mark.parametrize(
    "fields",
    [{"ttl_secs": 0}, {"ttl_secs": 630_720_001}, {"colour": "red"}, {"media_name": "n" * 256}],
)
def test_what_telnyx_does_not_take_is_refused(fields: dict[str, Any], client: sdk.Telnyx) -> None:
    with pytest.raises(sdk.UnprocessableEntityError):
        upload(client, **fields)


@pytest.mark.parametrize("content", [b"MZ a program", b"RIFF" + bytes(20_000_000)])
def test_what_no_call_can_play_is_refused(content: bytes, client: sdk.Telnyx) -> None:
    with pytest.raises(sdk.UnprocessableEntityError):
        upload(client, content)


def test_a_name_is_taken_once(client: sdk.Telnyx) -> None:
    upload(client, media_name="hello")
    with pytest.raises(sdk.UnprocessableEntityError):
        upload(client, media_name="hello")
    with pytest.raises(sdk.UnprocessableEntityError):
        client.media.upload(media_url="ftp://example.com/a.wav")
