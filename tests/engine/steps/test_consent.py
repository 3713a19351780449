"""Consent before a model listens: one key, and the proof of it."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import any_entry, audio, gather, menu, ssml, text
from tests.engine.steps.talks import ASSISTANT, REFUSED, asked, assist, assisted, result
from voicegather.engine.commands import Gather, GatherByAi, Speech, StartAssistant
from voicegather.engine.events import FoldingFailed, GatherStatus
from voicegather.engine.facts import (
    AttemptBegan,
    AttemptOutcome,
    AttemptPurpose,
    ConsentAnswered,
    ConversationBegan,
)

VALID, INVALID = AttemptOutcome.VALID, AttemptOutcome.INVALID
NO_INPUT, ERROR, HANGUP = AttemptOutcome.NO_INPUT, AttemptOutcome.ERROR, AttemptOutcome.HANGUP
WORDS = {"may_we": text("A model will listen, {{ caller }}. Press 1.")}
RENDERED = "A model will listen, +13125550101. Press 1."


def asking(**config: object) -> Line:
    """A caller who is asked for consent before an AI gather."""
    return asked(consent_prompt="may_we", prompts=WORDS, **config)


def proofs(line: Line) -> list[tuple[str, str, bool]]:
    return [(each.words, each.key, each.given) for each in line.found(ConsentAnswered)]


def test_consent_is_one_key_after_the_prompt():
    line = asking()
    assert isinstance(line.last, Gather)
    assert isinstance(line.last.prompt, Speech)
    assert line.last.prompt.text == RENDERED
    assert (line.last.maximum_digits, line.last.terminator) == (1, "")
    assert line.found(ConversationBegan) == []


def test_the_key_begins_the_step_and_the_words_are_kept():
    line = asking()
    line.gather_ends("1")
    assert line.found(ConsentAnswered) == [
        ConsentAnswered(line.now, 1, "may_we", RENDERED, "en", "1", given=True)
    ]
    assert isinstance(line.last, GatherByAi)
    assert [(each.attempt, each.purpose) for each in line.found(AttemptBegan)] == [
        (1, AttemptPurpose.CONSENT),
        (2, AttemptPurpose.ENTRY),
    ]
    result(line, {"age": 29, "name": "Ada"})
    assert line.attempts == [(VALID, "1"), (VALID, None)]
    assert line.exits == ["done"]


@pytest.mark.parametrize("sensitivity", ["masked", "secret"])
@pytest.mark.parametrize("kind", [text, ssml])
def test_the_proof_does_not_tell_what_is_sensitive(kind, sensitivity):
    """The menu may allow to speak it; the proof lies open for years."""
    said = "<speak>You entered {}.</speak>" if kind is ssml else "You entered {}."
    steps = {
        "pin": gather(
            any_entry("help"), variable="pin", sensitivity=sensitivity, speak_secret=True
        ),
        "help": assist(consent_prompt="may_we"),
        **REFUSED,
    }
    line = Line(menu(steps, {"may_we": kind(said.format("{{ pin }}"))})).answer()
    line.gather_ends("4")
    assert line.last.prompt.text == said.format("4")
    line.gather_ends("1")
    assert proofs(line) == [(said.format("•••"), "1", True)]


def test_an_assistant_asks_for_it_too_and_with_a_key_of_its_own():
    line = assisted(consent_prompt="may_we", consent_key="9", prompts=WORDS)
    line.gather_ends("9")
    assert line.last == StartAssistant(ASSISTANT)
    assert proofs(line) == [(RENDERED, "9", True)]


def test_another_key_is_a_no():
    line = asking()
    line.gather_ends("2")
    assert proofs(line) == [(RENDERED, "2", False)]
    assert line.attempts == [(INVALID, "2")]
    assert line.exits == ["no_consent"]
    assert line.step == "refused"


def test_silence_is_asked_twice():
    line = asking()
    line.stay_silent()
    assert isinstance(line.last, Gather)
    assert proofs(line) == []
    line.stay_silent()
    assert proofs(line) == [(RENDERED, "", False)]
    assert line.attempts == [(NO_INPUT, None), (NO_INPUT, None)]
    assert line.exits == ["no_consent"]


def test_consent_after_a_first_silence_counts():
    line = asking()
    line.stay_silent()
    line.gather_ends("1")
    assert proofs(line) == [(RENDERED, "1", True)]
    assert isinstance(line.last, GatherByAi)


def test_a_recording_is_kept_by_its_address():
    url = "https://cdn.example.com/may-we.wav"
    line = asked(consent_prompt="may_we", prompts={"may_we": audio(url)})
    line.gather_ends("1")
    assert proofs(line) == [(url, "1", True)]


def test_the_key_itself_is_enough_when_the_gathers_end_is_lost():
    line = asking()
    line.press("1")
    line.let_deadline_pass()
    assert proofs(line) == [(RENDERED, "1", True)]


def test_the_key_itself_is_enough_when_the_gather_does_not_tell_it():
    line = asking()
    line.press("1")
    line.gather_ends(None, GatherStatus.UNKNOWN)
    assert proofs(line) == [(RENDERED, "1", True)]


def test_a_gather_that_is_lost_twice_is_no_answer_at_all():
    line = asking()
    line.let_deadline_pass()
    assert isinstance(line.last, Gather)
    line.let_deadline_pass()
    assert proofs(line) == []
    assert line.attempts == [(ERROR, None), (ERROR, None)]
    assert line.exits == ["failure"]


@pytest.mark.parametrize("status", [GatherStatus.CANCELLED, GatherStatus.UNKNOWN])
def test_an_end_that_says_nothing_is_asked_again(status: GatherStatus):
    line = asking()
    line.gather_ends(None, status)
    assert line.state.wake_at == line.now + 1_000
    line.let_deadline_pass()
    assert isinstance(line.last, Gather)
    assert line.exits == []


def test_a_refused_gather_or_an_event_that_cannot_be_folded_leave_by_failure():
    line = asking()
    line.refuse()
    other = asking()
    other.feed(FoldingFailed(other.tick()))
    for each in (line, other):
        assert each.attempts == [(ERROR, None)]
        assert proofs(each) == []
        assert each.exits == ["failure"]


def test_keys_typed_ahead_are_no_consent():
    line = asking()
    line.press("1", seq=1)
    line.stay_silent()
    line.stay_silent()
    assert proofs(line) == [(RENDERED, "", False)]


def test_a_hang_up_is_no_answer():
    line = asking()
    line.hang_up()
    assert line.attempts == [(HANGUP, None)]
    assert proofs(line) == []


def test_a_gather_that_says_the_caller_hung_up_waits_for_that_news():
    line = asking()
    line.gather_ends(None, GatherStatus.CALL_HANGUP)
    assert line.state.wake_at == line.now + 5_000
    line.press("1")
    line.gather_ends("1")
    assert proofs(line) == []
    line.let_deadline_pass()
    assert line.is_over
    assert line.attempts == [(HANGUP, None)]


def test_a_prompt_without_words_asks_nobody():
    line = asked(consent_prompt="may_we", prompts={"may_we": text("")})
    assert line.exits == ["failure"]
    assert line.attempts == []


def test_the_end_of_an_earlier_gather_is_no_answer():
    line = asking()
    line.gather_ends("1", seq=1)
    assert proofs(line) == []
    assert line.exits == []
