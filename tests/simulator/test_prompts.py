from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voicegather.simulator import Quirks
from voicegather.simulator.media import Library
from voicegather.simulator.prompts import playback, speech

from .virtual import Desk

ONE_SECOND = "Fifteen letters"


def media(*names: str) -> Library:
    library = Library(lambda: datetime.now(UTC))
    for name in names:
        library.keep(name)
    return library


def test_speech_takes_a_second_for_fifteen_characters() -> None:
    assert speech(ONE_SECOND).seconds == 1.0
    assert speech(ONE_SECOND * 4).seconds == 4.0


def test_the_tags_of_ssml_take_no_time_and_are_not_heard() -> None:
    prompt = speech('<speak><prosody rate="slow">Fifteen letters</prosody></speak>')
    assert prompt.seconds == 1.0
    assert prompt.words == ONE_SECOND


@pytest.mark.parametrize(
    ("url", "seconds"),
    [
        ("https://cdn.example.com/a.mp3", 3.0),
        ("https://cdn.example.com/a.mp3?seconds=4", 4.0),
        ("https://cdn.example.com/a.mp3?v=2&seconds=0.5", 0.5),
        ("https://cdn.example.com/a.mp3?seconds=long", 3.0),
    ],
)
def test_an_audios_length_stands_in_its_address(url: str, seconds: float) -> None:
    assert playback(url=url, media_name=None, media=media()).seconds == seconds


def test_a_loop_repeats() -> None:
    assert speech(ONE_SECOND, 3).seconds == 3.0
    assert playback(url=None, media_name="hold", media=media("hold"), loop="2").seconds == 6.0


def test_successive_speeches_queue_up() -> None:
    desk = Desk()
    leg = desk.answered()
    for _ in range(2):
        desk.commands.speak(leg, {"payload": ONE_SECOND, "voice": "male"})
    desk.pass_seconds(10)
    assert desk.times("call.speak.started") == [0.1, 1.2]
    assert desk.times("call.speak.ended") == [1.1, 2.2]
    assert desk.last("call.speak.ended")["status"] == "completed"


def test_a_playback_tells_what_it_plays() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.playback_start(leg, {"media_name": "welcome"})
    desk.pass_seconds(10)
    assert desk.times("call.playback.started") == [0.1]
    assert desk.times("call.playback.ended") == [3.1]
    ended = desk.last("call.playback.ended")
    assert (ended["media_name"], ended["overlay"], ended["status"]) == (
        "welcome",
        False,
        "completed",
    )


def test_an_audio_that_is_not_there_fails() -> None:
    desk = Desk()
    leg = desk.answered()
    url = "https://cdn.example.com/gone.wav?fail=404"
    desk.commands.playback_start(leg, {"audio_url": url})
    desk.pass_seconds(10)
    assert leg.heard == []
    ended = desk.last("call.playback.ended")
    assert ended["status"] == "failed"
    assert ended["status_detail"] == (
        f"Received curl error 22 HTTP error code 404 trying to fetch {url}"
    )


def test_media_that_was_never_uploaded_is_not_found() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.playback_start(leg, {"media_name": "never"})
    desk.pass_seconds(10)
    assert leg.heard == []
    ended = desk.last("call.playback.ended")
    assert (ended["media_name"], ended["status"]) == ("never", "file_not_found")


def test_media_whose_time_is_over_is_not_found_by_a_gather_either() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.exchange.media.expire("menu")
    desk.commands.gather_using_audio(
        leg, {"media_name": "menu", "timeout_millis": 2000, "maximum_tries": 1}
    )
    desk.pass_seconds(10)
    assert desk.last("call.playback.ended")["status"] == "file_not_found"
    assert desk.times("call.gather.ended") == [2.3]


def test_an_endless_loop_plays_until_it_is_stopped() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.playback_start(leg, {"media_name": "hold", "loop": "infinity"})
    desk.pass_seconds(5000)
    assert desk.times("call.playback.ended") == []
    desk.commands.playback_stop(leg, {})
    assert desk.times("call.playback.ended") == [5000.0]
    assert desk.last("call.playback.ended")["status"] == "cancelled"


def test_stopping_all_forgets_what_waits() -> None:
    desk = Desk()
    leg = desk.answered()
    for name in ("one", "two"):
        desk.commands.playback_start(leg, {"media_name": name})
    desk.pass_seconds(1)
    desk.commands.playback_stop(leg, {})
    desk.pass_seconds(10)
    assert leg.heard == ["one"]


def test_stopping_the_current_goes_on_with_the_next() -> None:
    desk = Desk()
    leg = desk.answered()
    for name in ("one", "two"):
        desk.commands.playback_start(leg, {"media_name": name})
    desk.pass_seconds(1)
    desk.commands.playback_stop(leg, {"stop": "current"})
    desk.pass_seconds(10)
    assert leg.heard == ["one", "two"]


def test_a_speech_may_cut_off_what_is_playing() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.playback_start(leg, {"media_name": "hold", "loop": "infinity"})
    desk.pass_seconds(1)
    desk.commands.speak(leg, {"payload": ONE_SECOND, "voice": "male", "stop": "all"})
    desk.pass_seconds(1)
    assert desk.times("call.playback.ended") == [1.0]
    assert desk.times("call.speak.started") == [1.1]


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_speech_that_is_cut_off_is_told_in_each_of_its_ways(status: str) -> None:
    desk = Desk(quirks=Quirks(stopped_speech_status=status))
    leg = desk.answered()
    desk.commands.speak(leg, {"payload": ONE_SECOND, "voice": "male"})
    desk.pass_seconds(0.5)
    desk.commands.playback_stop(leg, {})
    assert desk.last("call.speak.ended")["status"] == status


def test_an_overlay_plays_beside_what_is_playing() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.playback_start(leg, {"media_name": "hold", "loop": "infinity"})
    desk.pass_seconds(1)
    desk.commands.playback_start(leg, {"media_name": "beep", "overlay": True})
    desk.pass_seconds(5)
    assert leg.heard == ["hold", "beep"]
    assert desk.last("call.playback.ended")["overlay"] is True
    assert desk.times("call.playback.ended") == [4.1]


def test_speech_to_the_opposite_leg_is_heard_there() -> None:
    desk = Desk()
    one, other = desk.answered(), desk.answered()
    desk.exchange.bridge(one, other)
    desk.commands.speak(one, {"payload": "For you.", "voice": "male", "target_legs": "opposite"})
    desk.commands.speak(one, {"payload": "For both.", "voice": "male", "target_legs": "both"})
    desk.pass_seconds(5)
    assert one.heard == ["For both."]
    assert other.heard == ["For you.", "For both."]
