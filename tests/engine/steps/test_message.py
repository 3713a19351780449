"""A message is heard before the menu goes on, in one breath with a question where it can."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import audio, by, gather, menu, on, ssml, step, text
from voicegather.engine.commands import Gather, Play, Speech
from voicegather.engine.events import PromptEnded, PromptFate


def message(target: str = "ask", **config: object) -> dict:
    settings = {"prompt": "notice", **config}
    return step("message", by("done", target), by("failure", "broken"), **settings)


ASK = gather(on("1", "taken"))


def test_a_message_and_the_question_of_the_same_voice_are_one_prompt():
    line = Line(menu({"notice": message(), "ask": ASK})).answer()
    assert line.just_sent == [line.gather]
    assert line.said == "<notice> <question>"
    assert line.step == "ask"
    assert line.exits == ["done"]


def test_several_messages_join_the_question():
    line = Line(
        menu({"a": message("notice", prompt="hello"), "notice": message(), "ask": ASK})
    ).answer()
    assert line.said == "<hello> <notice> <question>"


def test_ssml_of_one_manner_is_joined_into_one_document():
    spoken = {
        "notice": ssml('<speak>Hello <break time="1s"/></speak>'),
        "question": ssml("<speak>Which?</speak>"),
    }
    line = Line(menu({"notice": message(), "ask": ASK}, spoken)).answer()
    assert line.said == '<speak>Hello <break time="1s"/> Which?</speak>'


def test_ssml_with_different_opening_tags_is_not_joined():
    spoken = {
        "notice": ssml('<speak xml:lang="es">Hola</speak>'),
        "question": ssml("<speak>Which?</speak>"),
    }
    line = Line(menu({"notice": message(), "ask": ASK}, spoken)).answer()
    assert line.said == '<speak xml:lang="es">Hola</speak>'
    assert line.step == "notice"


def test_ssml_with_equal_attributes_keeps_them_once():
    spoken = {
        "notice": ssml('<speak xml:lang="es">Hola</speak>'),
        "question": ssml('<speak xml:lang="es">¿Cuál?</speak>'),
    }
    line = Line(menu({"notice": message(), "ask": ASK}, spoken)).answer()
    assert line.said == '<speak xml:lang="es">Hola ¿Cuál?</speak>'


@pytest.mark.parametrize(
    "notice",
    [
        text("Hello", voice="AWS.Polly.Matthew"),
        text("Hello", voice_settings={"voice_speed": 1.5}),
        text("Hello", voice_language="en-GB"),
        ssml("<speak>Hello</speak>"),
        audio("https://cdn.example.com/hello.mp3", 2000),
        text("x" * 2_995),
    ],
    ids=["voice", "voice settings", "voice language", "ssml", "audio", "too long together"],
)
def test_words_that_differ_in_manner_or_are_too_long_are_not_joined(notice: dict):
    line = Line(menu({"notice": message(), "ask": ASK}, {"notice": notice})).answer()
    assert isinstance(line.last, Play)
    line.prompt_ends()
    assert line.said == "<question>"
    assert line.step == "ask"


def test_an_uninterrupted_message_is_played_by_itself():
    line = Line(menu({"notice": message(uninterrupted=True), "ask": ASK})).answer()
    assert line.last == Play(Speech("<notice>", "AWS.Polly.Joanna-Neural"))


def test_a_message_before_a_silent_question_is_played_by_itself():
    line = Line(menu({"notice": message(), "ask": gather(on("1", "taken"), prompt="")})).answer()
    assert isinstance(line.last, Play)


def test_a_message_whose_way_on_switches_the_language_is_played_by_itself():
    notice = step("message", by("done", "ask", language="es"), prompt="notice")
    line = Line(menu({"notice": notice, "ask": ASK}, languages=("en", "es"))).answer()
    assert isinstance(line.last, Play)


def test_a_joined_message_is_not_repeated_after_silence():
    line = Line(menu({"notice": message(), "ask": ASK})).answer()
    line.stay_silent()
    assert line.said == "<question>"


def test_a_joined_message_is_repeated_when_its_gather_was_lost():
    line = Line(menu({"notice": message(), "ask": ASK})).answer()
    line.let_deadline_pass()
    assert line.said == "<notice> <question>"


@pytest.mark.parametrize("fate", [PromptFate.COMPLETED, PromptFate.INTERRUPTED])
def test_the_menu_goes_on_when_the_words_are_over(fate: PromptFate):
    line = Line(menu({"notice": message(uninterrupted=True), "ask": ASK})).answer()
    line.prompt_ends(fate)
    assert line.exits == ["done"]
    assert isinstance(line.last, Gather)


def test_audio_that_failed_leaves_by_failure():
    spoken = {"notice": audio("https://cdn.example.com/gone.mp3")}
    line = Line(menu({"notice": message(), "ask": ASK}, spoken)).answer()
    line.prompt_ends(PromptFate.FAILED)
    assert line.exits == ["failure"]
    assert line.step == "broken"


def test_a_refused_message_leaves_by_failure():
    line = Line(menu({"notice": message(uninterrupted=True), "ask": ASK})).answer()
    line.refuse()
    assert line.exits == ["failure"]


def test_the_end_of_another_prompt_changes_nothing():
    line = Line(menu({"notice": message(uninterrupted=True), "ask": ASK})).answer()
    line.prompt_ends(seq=1)
    assert line.step == "notice"


def test_an_end_without_a_token_is_believed_once_it_is_plausible():
    line = Line(menu({"notice": message(uninterrupted=True), "ask": ASK})).answer()
    line.prompt_ends(seq=None)
    assert line.step == "notice"
    line.tick(3000)
    line.prompt_ends(seq=None)
    assert line.step == "ask"


def test_a_lost_end_does_not_hold_the_caller():
    line = Line(menu({"notice": message(uninterrupted=True), "ask": ASK})).answer()
    # 1000 + 8 characters at 11 a second, and 8 s of slack.
    assert line.state.wake_at == line.now + 1000 + 727 + 8000
    line.let_deadline_pass()
    assert line.step == "ask"


@pytest.mark.parametrize(("duration_ms", "longest"), [(4000, 6000), (0, 120_000)])
def test_audio_is_given_its_length_or_two_minutes(duration_ms: int, longest: int):
    spoken = {"notice": audio("https://cdn.example.com/n.mp3", duration_ms)}
    line = Line(menu({"notice": message(), "ask": ASK}, spoken)).answer()
    assert line.state.wake_at == line.now + longest + 8000


def test_a_message_without_words_is_passed_over():
    graph = menu({"notice": message(), "ask": ASK}, {"notice": text("{{ nothing }}", voice="x")})
    line = Line(graph).answer()
    assert line.step == "ask"
    assert line.said == "<question>"


def test_a_message_without_a_way_on_ends_the_menu():
    line = Line(menu({"notice": step("message", prompt="notice")})).answer()
    line.feed(PromptEnded(line.tick(), PromptFate.COMPLETED, line.outgoing[-1].seq))
    assert line.state.phase == "ending"
    assert line.state.outcome == "completed"
