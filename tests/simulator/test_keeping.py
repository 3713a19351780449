"""What the account keeps of calls, until it is deleted there: over HTTP, by the SDK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import telnyx as sdk
from telnyx.types import RecordingResponseData, RecordingTranscription

from voicegather.simulator import FakeTelnyx

NAMES = [f"00000000-0000-4000-8000-{number:012d}" for number in range(5)]
TALK = "11111111-0000-4000-8000-000000000000"


@pytest.fixture
def telnyx(start_telnyx: Callable[..., FakeTelnyx]) -> FakeTelnyx:
    """Five recordings of two legs, a transcription of the first, and a conversation."""
    fake = start_telnyx()
    for number, name in enumerate(NAMES):
        fake.recordings.keep(name, {"call_leg_id": f"leg-{number % 2}", "format": "mp3"})
    fake.recordings.write("text-0", NAMES[0], "My name is Ada.")
    fake.talks.keep(TALK, "2026-03-01T09:30:00Z")
    return fake


@pytest.fixture
def client(telnyx: FakeTelnyx, connect: Any) -> sdk.Telnyx:
    found: sdk.Telnyx = connect(telnyx)
    return found


def test_a_recording_is_deleted_once_and_gone_afterwards(
    telnyx: FakeTelnyx, client: sdk.Telnyx
) -> None:
    before = client.recordings.retrieve(NAMES[0]).data
    assert before is not None
    assert before.download_urls is not None
    address = before.download_urls.mp3
    assert address is not None
    assert httpx.get(address).status_code == 200

    told = client.recordings.delete(NAMES[0]).data

    assert told is not None
    assert (told.id, told.record_type, told.status) == (NAMES[0], "recording", "completed")
    assert told.download_urls is None
    assert httpx.get(address).status_code == 403
    assert telnyx.recordings.ids() == NAMES[1:]
    for question in (client.recordings.retrieve, client.recordings.delete):
        with pytest.raises(sdk.NotFoundError) as refused:
            question(NAMES[0])
        assert "10005" in str(refused.value.body)
    assert NAMES[0] not in [each.id for each in client.recordings.list()]


def test_a_transcription_is_deleted_and_its_recording_stays(
    telnyx: FakeTelnyx, client: sdk.Telnyx
) -> None:
    (listed,) = client.recording_transcriptions.list(filter={"recording_id": NAMES[0]}).data
    assert (listed.id, listed.transcription_text) == ("text-0", "My name is Ada.")
    assert client.recording_transcriptions.list(filter={"recording_id": NAMES[1]}).data == []
    assert client.recording_transcriptions.retrieve("text-0").data == listed

    assert client.recording_transcriptions.delete("text-0").data == listed

    assert telnyx.recordings.transcription_ids() == []
    assert NAMES[0] in telnyx.recordings.ids()
    for question in (
        client.recording_transcriptions.retrieve,
        client.recording_transcriptions.delete,
    ):
        with pytest.raises(sdk.NotFoundError):
            question("text-0")


def test_a_conversation_is_deleted_and_the_answer_says_nothing(
    telnyx: FakeTelnyx, client: sdk.Telnyx
) -> None:
    assert client.ai.conversations.retrieve(TALK).data.id == TALK

    client.ai.conversations.delete(TALK)

    assert telnyx.talks.ids() == []
    for question in (client.ai.conversations.retrieve, client.ai.conversations.delete):
        with pytest.raises(sdk.NotFoundError):
            question(TALK)


def test_recordings_are_listed_page_by_page_the_newest_first(client: sdk.Telnyx) -> None:
    first = client.recordings.list(page_size=2)
    assert [each.id for each in first.data] == [NAMES[4], NAMES[3]]
    assert [each.id for each in first] == NAMES[::-1]
    of_leg = client.recordings.list(filter={"call_leg_id": "leg-1"}, page_size=1)
    assert [each.id for each in of_leg] == [NAMES[3], NAMES[1]]
    assert client.recordings.list(filter={"call_leg_id": "leg-9"}).data == []


@pytest.mark.parametrize(
    "query", ["filter[leg]=leg-1", "colour=red", "page[size]=0", "page[size]=251", "page[number]=x"]
)
@pytest.mark.parametrize("place", ["recordings", "recording_transcriptions"])
def test_a_list_takes_what_telnyx_takes_alone(telnyx: FakeTelnyx, place: str, query: str) -> None:
    answer = httpx.get(
        f"{telnyx.base_url}/{place}?{query}",
        headers={"Authorization": f"Bearer {telnyx.api_key}"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "address",
    [f"recordings/{NAMES[0]}", "recording_transcriptions/text-0", f"ai/conversations/{TALK}"],
)
def test_nothing_is_deleted_for_another_key(telnyx: FakeTelnyx, address: str) -> None:
    answer = httpx.delete(
        f"{telnyx.base_url}/{address}", headers={"Authorization": "Bearer another"}
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "10009")
    assert telnyx.recordings.ids() == NAMES
    assert telnyx.recordings.transcription_ids() == ["text-0"]
    assert telnyx.talks.ids() == [TALK]


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("PATCH", f"recordings/{NAMES[0]}"),
        ("POST", f"recordings/{NAMES[0]}"),
        ("DELETE", "recordings"),
        ("DELETE", f"recordings/{NAMES[0]}/"),
        ("DELETE", f"ai/{TALK}"),
        ("DELETE", "ai/conversations"),
        ("POST", "calls/v3:x/actions/delete_recording"),
    ],
)
def test_there_is_no_other_way_to_them(telnyx: FakeTelnyx, method: str, address: str) -> None:
    answer = httpx.request(
        method,
        f"{telnyx.base_url}/{address}",
        headers={"Authorization": f"Bearer {telnyx.api_key}"},
    )
    assert answer.status_code == 404
    assert (telnyx.recordings.ids(), telnyx.talks.ids()) == (NAMES, [TALK])


def test_a_deletion_goes_wrong_as_a_test_wishes(telnyx: FakeTelnyx, client: sdk.Telnyx) -> None:
    telnyx.respond_next("delete_recording", status=503)
    with pytest.raises(sdk.InternalServerError):
        client.recordings.delete(NAMES[0])
    assert NAMES[0] in telnyx.recordings.ids()
    telnyx.lose_next_answer("delete_recording")
    with pytest.raises(sdk.APIConnectionError):
        client.recordings.delete(NAMES[0])
    assert NAMES[0] not in telnyx.recordings.ids()


def test_what_is_told_has_the_fields_of_the_sdk(telnyx: FakeTelnyx) -> None:
    key = {"Authorization": f"Bearer {telnyx.api_key}"}
    aliases = {"from_": "from"}
    for address, shape in (
        (f"recordings/{NAMES[0]}", RecordingResponseData),
        ("recording_transcriptions/text-0", RecordingTranscription),
    ):
        fields = {aliases.get(name, name) for name in shape.model_fields}
        for told in (httpx.get, httpx.delete):
            assert set(told(f"{telnyx.base_url}/{address}", headers=key).json()["data"]) <= fields
