from __future__ import annotations

import io
import urllib.error
import urllib.request
import wave
from collections.abc import Callable
from typing import Any

import pytest

from voicegather.simulator import FakeTelnyx, RecordingFailure, parse_script
from voicegather.simulator.errors import Refused
from voicegather.simulator.recordings import _DENIED, Archive, Download

from .receiver import Receiver
from .virtual import Desk

NAME = "0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"


def test_a_recording_is_saved_half_a_second_after_it_was_stopped() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.record_start(leg, {"format": "mp3", "channels": "single"})
    desk.pass_seconds(4)
    desk.commands.record_stop(leg, {})
    desk.pass_seconds(2)
    assert desk.times("call.recording.saved") == [4.5]
    saved = desk.last("call.recording.saved")
    assert saved["channels"] == "single"
    assert list(saved["recording_urls"]) == ["mp3"]
    assert saved["public_recording_urls"] == {}


@pytest.mark.parametrize(
    "bounds", [{"max_length": 7}, {"timeout_secs": 7}, {"max_length": 9, "timeout_secs": 7}]
)
def test_a_recording_ends_by_itself(bounds: dict[str, int]) -> None:
    desk = Desk()
    desk.commands.record_start(desk.answered(), {"format": "wav", "channels": "dual", **bounds})
    desk.pass_seconds(20)
    assert desk.times("call.recording.saved") == [7.5]


def test_a_recording_ends_with_its_call() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.record_start(leg, {"format": "wav", "channels": "dual"})
    desk.pass_seconds(3)
    desk.commands.hangup(leg, {})
    desk.pass_seconds(3)
    assert desk.events(leg)[-2:] == ["call.hangup", "call.recording.saved"]
    assert desk.times("call.recording.saved") == [3.5]


def test_only_the_named_recording_is_stopped() -> None:
    desk = Desk()
    leg = desk.answered()
    for _ in range(2):
        desk.commands.record_start(leg, {"format": "wav", "channels": "dual"})
    first, second = leg.recorder.running
    desk.commands.record_stop(leg, {"recording_id": second})
    assert list(leg.recorder.running) == [first]
    desk.commands.record_stop(leg, {"recording_id": second})
    desk.pass_seconds(5)
    assert desk.times("call.recording.saved") == [0.5]


@pytest.mark.parametrize("command", ["record_stop", "record_pause", "record_resume"])
def test_a_recording_that_never_ran_is_refused(command: str) -> None:
    desk = Desk()
    with pytest.raises(Refused) as refused:
        getattr(desk.commands, command)(desk.answered(), {"recording_id": "another"})
    assert (refused.value.status, refused.value.code) == (422, "10015")


def test_a_recording_can_pause_and_go_on() -> None:
    desk = Desk()
    leg = desk.answered()
    for _ in range(2):
        desk.commands.record_start(leg, {"format": "wav", "channels": "dual"})
    first, second = leg.recorder.running
    desk.commands.record_pause(leg, {})
    assert leg.recorder.paused == {first, second}
    desk.commands.record_resume(leg, {"recording_id": first})
    assert leg.recorder.paused == {second}
    desk.commands.record_stop(leg, {})
    assert leg.recorder.paused == set()


def test_a_recording_may_be_lost() -> None:
    desk = Desk()
    desk.exchange.recording_failures.append(RecordingFailure.SERVER_ERROR)
    leg = desk.answered()
    for _ in range(2):
        desk.commands.record_start(leg, {"format": "wav", "channels": "dual"})
    desk.commands.record_stop(leg, {})
    desk.pass_seconds(1)
    assert desk.events(leg)[2:] == ["call.recording.error", "call.recording.saved"]
    assert desk.last("call.recording.error")["reason"] == "Internal server error"


def test_the_file_of_a_wave_recording_can_be_read() -> None:
    archive = Archive()
    file = archive.fetch(archive.publish(NAME, "wav"))
    assert file is not None
    assert (file.status, file.content_type) == (200, "audio/wav")
    with wave.open(io.BytesIO(file.content)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getnframes()) == (8000, 1, 1600)


def test_the_file_of_an_mp3_recording_is_made_of_whole_frames() -> None:
    archive = Archive()
    file = archive.fetch(archive.publish(NAME, "mp3"))
    assert file is not None
    assert (file.status, file.content_type) == (200, "audio/mpeg")
    frame_bytes = 144 * 32_000 // 44_100
    content = file.content
    assert [content[at : at + 2] for at in range(0, len(content), frame_bytes)] == [b"\xff\xfb"] * 8


def test_an_address_is_good_for_ten_minutes() -> None:
    now = [1000.0]
    archive = Archive("http://127.0.0.1:1", clock=lambda: now[0])
    url = archive.publish(NAME, "mp3")
    assert url.startswith(f"http://127.0.0.1:1/recordings/{NAME}.mp3?X-Amz-Expires=600&")
    path = url.removeprefix("http://127.0.0.1:1")
    now[0] += 600
    assert [file.status for file in [archive.fetch(path)] if file] == [200]
    now[0] += 1
    assert [file.status for file in [archive.fetch(path)] if file] == [403]


def test_what_the_account_lists_has_fresh_addresses_until_it_is_deleted() -> None:
    archive = Archive()
    archive.keep(NAME, {"call_leg_id": "leg-1", "format": "mp3"}, seconds=2)
    first = archive.publish(NAME, "mp3")
    (listed,) = archive.list("filter[call_leg_id]=leg-1")["data"]
    assert archive.list("filter[call_leg_id]=leg-2")["data"] == []
    assert listed["download_urls"]["mp3"] != first
    assert archive.read(NAME)["data"]["id"] == NAME
    archive.delete(NAME)
    assert [archive.fetch(first), archive.list("")["data"]] == [_DENIED, []]
    with pytest.raises(Refused) as refused:
        archive.delete(NAME)
    assert refused.value.status == 404


def test_a_transcript_follows_the_recording_that_asked_for_one() -> None:
    desk = Desk()
    leg = desk.answered()
    start = {"format": "mp3", "channels": "single", "transcription": True}
    desk.commands.record_start(leg, start)
    desk.commands.record_stop(leg, {})
    desk.pass_seconds(3)
    saved = desk.last("call.recording.saved")
    written = desk.last("call.recording.transcription.saved")
    (url,) = saved["recording_urls"].values()
    assert written["recording_id"] in url
    assert (written["status"], written["transcription_text"]) == ("completed", "This is a message.")


@pytest.mark.parametrize("how", list(Download))
def test_a_download_goes_wrong_as_a_test_wishes(how: Download) -> None:
    archive = Archive()
    path = archive.publish(NAME, "mp3")
    good = archive.fetch(path)
    archive.troubles.append(how)
    assert archive.fetch(path) != good
    assert archive.fetch(path) == good


def test_there_is_no_other_file() -> None:
    archive = Archive()
    archive.publish(NAME, "wav")
    assert archive.fetch("/recordings/../secret.wav") is None
    assert archive.fetch(f"/recordings/{NAME}.ogg") is None
    assert archive.fetch(f"/recordings/{NAME}.mp3") is None


def test_a_recording_is_fetched_over_http_until_its_address_expires(
    start_telnyx: Callable[..., FakeTelnyx], receiver: Receiver, connect: Any
) -> None:
    now = [1000.0]
    telnyx = start_telnyx(clock=lambda: now[0])
    actions = connect(telnyx).calls.actions
    telnyx.fail_next_recording()
    caller = telnyx.place_call(script=parse_script([]), from_="+13125550101", to="+13125550100")
    actions.answer(caller.call_control_id)
    receiver.wait_for("call.answered")
    for _ in range(2):
        actions.start_recording(caller.call_control_id, format="wav", channels="single")
        actions.stop_recording(caller.call_control_id)
    receiver.wait_for("call.recording.error")
    url = receiver.wait_for("call.recording.saved").payload["recording_urls"]["wav"]
    with urllib.request.urlopen(url) as response:
        assert response.headers["Content-Type"] == "audio/wav"
        assert response.read(4) == b"RIFF"
    now[0] += 601
    with pytest.raises(urllib.error.HTTPError) as expired:
        urllib.request.urlopen(url)
    assert expired.value.code == 403
    expired.value.close()
