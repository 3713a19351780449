"""Test calls in a step that records: callers speak, keep it, record again, are silent, hang up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import choice, load_steps, words
from tests.services.trials.calling import Caller, commands, said
from voicegather.services.trials.errors import ActError

pytestmark = pytest.mark.django_db

SECOND = 1_000
SPEAK = {"act": "say", "text": "This is Ada Lovelace, please call me back."}
HANG_UP = {"act": "hang_up"}


def caller(**settings: Any) -> Caller:
    """Who hears “Speak.” and the beep; `review` asks what shall become of a message."""
    exits = ["done"] if settings.get("records") == "call" else ["done", "no_input", "failure"]
    if "consent_prompt" in settings:
        exits.append("no_consent")
    ends = {name: {"kind": "hangup"} for name in exits}
    choices = [choice(name, exit=name) for name in exits]
    step = {"kind": "record", "prompt": "speak", "choices": choices, "silence_s": 3, **settings}
    asked = [settings[each] for each in ("review_prompt", "consent_prompt") if each in settings]
    prompts = {name: words(f"Now {name}.") for name in ("speak", *asked)}
    return Caller(load_steps({"name": step, **ends}, entry="name", prompts=prompts))


def reviewing(**settings: Any) -> Caller:
    """Who has spoken for some seconds and is asked about it."""
    found = caller(review_prompt="review", **settings)
    found.do(SPEAK)
    found.press("#")
    return found


def result(found: Caller) -> list[tuple[str, str]]:
    """What the log says that the step yielded: outcome and value."""
    return [(each["outcome"], each["text"]) for each in found.log if each["kind"] == "result"]


def test_a_caller_hears_the_prompt_and_is_recorded() -> None:
    found = caller()

    assert said(found.log) == ["Now speak."]
    assert commands(found.log) == ["answer", "speak", "record_start"]


def test_the_ending_key_ends_a_message_and_its_length_is_kept() -> None:
    found = caller()
    began = found.line.now
    found.do(SPEAK)
    found.press("#")

    assert commands(found.log)[-2:] == ["record_stop", "hangup"]
    assert found.steps == ["name", "done"]
    seconds = int(found.variables()["name"])
    assert abs(seconds - (found.line.now - began) / SECOND) < 1.5


def test_silence_after_words_ends_a_message() -> None:
    found = caller()
    found.do(SPEAK)
    before = found.line.now
    found.silent()

    assert 3 * SECOND <= found.line.now - before < 4 * SECOND
    assert found.steps == ["name", "done"]


def test_a_caller_who_says_nothing_is_recorded_as_long_as_it_may_last() -> None:
    found = caller(longest_s=20)
    before = found.line.now
    found.silent()

    assert 20 * SECOND <= found.line.now - before < 21 * SECOND
    assert found.variables() == {"name": "20"}


def test_words_beyond_the_longest_length_are_not_recorded() -> None:
    found = caller(longest_s=5)
    for _ in range(4):
        if found.steps[-1] == "name":
            found.do(SPEAK)

    assert found.steps == ["name", "done"]
    assert found.variables() == {"name": "5"}


def test_who_ends_it_at_once_has_left_nothing() -> None:
    found = caller()
    found.press("#")

    assert found.steps == ["name", "no_input"]
    assert found.variables() == {}


def test_who_hangs_up_while_recording_has_left_a_message() -> None:
    found = caller()
    found.do(SPEAK)
    log = found.do(HANG_UP)

    assert found.outcome == "caller_hung_up"
    assert [each["outcome"] for each in log if each["kind"] == "result"] == ["valid"]


def test_who_hangs_up_at_once_has_left_none() -> None:
    found = caller()
    log = found.do(HANG_UP)

    assert [each["outcome"] for each in log if each["kind"] == "result"] == ["hangup"]


def test_the_caller_keeps_the_message() -> None:
    found = reviewing()
    assert said(found.log)[-1] == "Now review."
    found.press("1")

    assert found.steps == ["name", "done"]


def test_the_caller_records_again_and_the_last_take_is_kept() -> None:
    found = reviewing(most_takes=2)
    first = found.line.now
    log = found.press("3")
    assert said(log) == ["Now speak."]
    assert commands(log)[-1] == "record_start"
    found.do({"act": "say", "text": "Ada."})
    found.press("#")
    # Two takes are the most: to record again is a wrong key now.
    log = found.press("3")
    assert {"kind": "attempt", "outcome": "invalid"} in log
    found.press("1")

    assert found.steps == ["name", "done"]
    assert found.variables() == {"name": "2"}
    assert found.line.now > first


def test_nobody_spoke_so_there_is_nothing_to_listen_to_and_the_question_comes_again() -> None:
    found = reviewing()
    log = found.press("2")

    assert said(log) == ["Now review."]
    assert found.steps == ["name"]


def test_who_is_silent_at_the_review_three_times_has_kept_it() -> None:
    found = reviewing()
    for _ in range(3):
        assert found.steps == ["name"]
        found.silent()

    assert found.steps == ["name", "done"]


def test_who_hangs_up_at_the_review_has_kept_it() -> None:
    found = reviewing()
    log = found.do(HANG_UP)

    assert [each["outcome"] for each in log if each["kind"] == "result"] == ["valid"]


def test_who_does_not_agree_is_not_recorded() -> None:
    found = caller(consent_prompt="consent")
    found.press("2")

    assert found.steps == ["name", "no_consent"]
    assert "record_start" not in commands(found.log)


def test_who_agrees_is_recorded() -> None:
    found = caller(consent_prompt="consent")
    found.press("1")

    assert commands(found.log)[-1] == "record_start"


def test_a_recorded_call_goes_on_at_once_and_nobody_speaks_into_it() -> None:
    found = caller(records="call")

    assert found.steps == ["name", "done"]
    assert "record_start" in commands(found.log)


def test_words_before_the_beep_are_heard_by_nobody() -> None:
    found = reviewing()

    with pytest.raises(ActError, match="Nobody listens to words"):
        found.do(SPEAK)
