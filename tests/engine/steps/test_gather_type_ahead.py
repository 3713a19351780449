"""Callers who know the menu type before they are asked."""

from __future__ import annotations

from tests.engine.line import Line
from tests.engine.menus import any_entry, by, gather, in_range, menu, on, step, wish
from voicegather.engine.commands import Gather, StopGather
from voicegather.engine.events import GatherStatus, KeyPressed
from voicegather.engine.facts import AttemptBegan, AttemptOutcome
from voicegather.engine.graph import Graph
from voicegather.engine.secret import Secret

VALID, INVALID = AttemptOutcome.VALID, AttemptOutcome.INVALID


def notice_then(**steps: dict) -> Graph:
    """An uninterrupted notice, then the step `ask`, and more steps."""
    notice = step(
        "message", by("done", "ask"), by("failure", "broken"), prompt="notice", uninterrupted=True
    )
    return menu({"notice": notice, **steps})


def test_a_complete_entry_typed_ahead_is_taken_without_asking():
    line = Line(notice_then(ask=gather(on("1", "taken")))).answer()
    line.press("1")
    line.prompt_ends()
    assert line.step == "taken"
    assert line.results == [(VALID, "1", "1", "1")]
    assert not any(isinstance(each, Gather) for each in line.sent)
    assert [each.seq for each in line.found(AttemptBegan)] == [None]


def test_keys_left_over_go_on_to_the_next_gather():
    graph = notice_then(
        ask=gather(on("1", "next")),
        next=gather(in_range("20-29", "last"), prompt="b"),
        last=gather(any_entry("taken"), prompt="c", maximum_digits=4),
    )
    line = Line(graph).answer()
    line.press("125#77#")
    line.prompt_ends()
    assert line.results == [(VALID, "1", "1", "1"), (VALID, "25", "25", "20-29")]
    assert line.attempts == [(VALID, "1"), (VALID, "25"), (INVALID, "#")]
    assert line.step == "last"


def test_the_beginning_of_an_entry_typed_ahead_is_completed_without_the_prompt():
    line = Line(notice_then(ask=gather(in_range("100-199", "taken")))).answer()
    line.press("1")
    line.prompt_ends()
    assert line.gather.prompt is None
    assert line.gather.maximum_digits == 2
    assert line.gather.first_digit_timeout_ms == 3000
    line.enter("50")
    assert line.results == [(VALID, "150", "150", "100-199")]


def test_a_beginning_that_nobody_completes_is_judged_as_it_is():
    line = Line(notice_then(ask=gather(in_range("100-199", "taken"), on("1", "taken")))).answer()
    line.press("1")
    line.prompt_ends()
    line.gather_ends("", GatherStatus.INVALID)
    assert line.results == [(VALID, "1", "1", "1")]


def test_a_beginning_is_judged_by_the_deadline_when_the_end_is_lost():
    line = Line(notice_then(ask=gather(in_range("100-199", "taken"), on("1", "taken")))).answer()
    line.press("1")
    line.prompt_ends()
    line.let_deadline_pass()
    assert line.results == [(VALID, "1", "1", "1")]


def test_the_ending_key_typed_ahead_ends_the_entry():
    line = Line(notice_then(ask=gather(any_entry("taken")))).answer()
    line.press("123#")
    line.prompt_ends()
    assert line.results == [(VALID, "123", "123", "any")]


def test_a_lone_ending_key_typed_ahead_is_a_wrong_entry():
    line = Line(notice_then(ask=gather(any_entry("taken")))).answer()
    line.press("#")
    line.prompt_ends()
    assert line.attempts == [(INVALID, "#")]
    assert line.step == "ask"
    assert line.said == "<question>"


def test_after_a_wrong_entry_the_rest_that_was_typed_ahead_is_dropped():
    line = Line(notice_then(ask=gather(on("1", "taken")))).answer()
    line.press("91")
    line.prompt_ends()
    assert line.attempts == [(INVALID, "9")]
    assert line.state.typed_ahead == ()
    assert line.said == "<question>"


def test_a_step_that_flushes_hears_only_keys_after_its_question():
    line = Line(notice_then(ask=gather(on("1", "taken"), type_ahead="flush"))).answer()
    line.press("1")
    line.prompt_ends()
    assert line.step == "ask"
    assert line.said == "<question>"
    line.gather_ends("1")
    assert line.step == "taken"


def test_a_step_that_flushes_drops_keys_that_still_carry_an_older_token():
    graph = menu(
        {
            "first": gather(on("1", "ask")),
            "ask": gather(on("1", "taken"), prompt="b", type_ahead="flush"),
        }
    )
    line = Line(graph).answer()
    line.gather_ends("1")
    line.press("1", seq=2)
    assert line.new == ()
    assert line.step == "ask"


def test_a_key_with_an_older_token_that_comes_after_the_question_is_typed_ahead():
    graph = menu({"first": gather(on("1", "ask")), "ask": gather(on("1", "taken"), prompt="b")})
    line = Line(graph).answer()
    line.gather_ends("1")
    line.press("1", seq=2)
    assert line.was_stopped
    line.gather_ends("", GatherStatus.CANCELLED)
    assert line.results == [(VALID, "1", "1", "1"), (VALID, "1", "1", "1")]


def test_an_ending_key_with_an_older_token_ends_the_entry():
    graph = menu({"first": gather(on("1", "ask")), "ask": gather(any_entry("taken"), prompt="b")})
    line = Line(graph).answer()
    line.gather_ends("1")
    line.press("12", seq=2)
    assert StopGather() not in line.sent
    line.press("#", seq=2)
    assert line.was_stopped
    line.gather_ends("", GatherStatus.CANCELLED)
    assert line.results[-1] == (VALID, "12", "12", "any")


def test_keys_of_a_gather_that_has_ended_do_not_count_again():
    graph = menu({"first": gather(on("1", "ask")), "ask": gather(on("1", "taken"), prompt="b")})
    line = Line(graph).answer()
    pressed = line.tick()
    line.gather_ends("1")
    line.feed(KeyPressed(pressed, Secret("1"), 2))
    assert line.new == ()
    assert line.state.progress.prefix == ()


def test_a_key_typed_ahead_counts_once_although_it_is_told_twice():
    graph = notice_then(ask=gather(on("1", "again")), again=gather(on("1", "taken"), prompt="b"))
    line = Line(graph).answer()
    event = KeyPressed(line.tick(), Secret("1"), line.outgoing[-1].seq)
    line.feed(event)
    line.feed(event)
    line.prompt_ends()
    assert line.step == "again"
    line.feed(event)
    assert line.step == "again"
    assert line.new == ()


def test_keys_pressed_after_the_end_but_told_before_it_go_to_the_next_gather():
    graph = menu(
        {
            "first": gather(in_range("10-19", "ask")),
            "ask": gather(on("7", "taken"), prompt="b"),
        }
    )
    line = Line(graph).answer()
    line.press("12")
    ended = line.now + 1
    line.press("7", seq=2)
    line.gather_ends("12", at=ended)
    assert line.step == "taken"
    assert line.results == [(VALID, "12", "12", "10-19"), (VALID, "7", "7", "7")]


def test_typing_repeat_for_ever_is_bounded_by_the_keys():
    line = Line(notice_then(ask=gather(on("1", "taken"), wish("*", "repeat")))).answer()
    line.press("***")
    line.prompt_ends()
    assert line.step == "ask"
    assert line.exits == ["done", "*", "*", "*"]
    assert line.said == "<question>"


def test_only_the_last_thirty_two_keys_typed_ahead_are_kept():
    line = Line(notice_then(ask=gather(on("1", "taken")))).answer()
    line.press("2" * 40)
    assert len(line.state.typed_ahead) == 32


def test_keys_without_a_token_that_the_gather_did_not_hear_were_typed_ahead():
    """The gather heard only what came after it began; the keys before it name the choice."""
    graph = menu(
        {
            "ask": gather(on("2", "next"), in_range("100-199", "taken")),
            "next": gather(any_entry("taken"), prompt="b", minimum_digits=6, maximum_digits=8),
        }
    )
    line = Line(graph).answer()
    line.press("2765432#", seq=None)
    line.gather_ends("32#", seq=None)
    assert line.results == [(VALID, "2", "2", "2"), (VALID, "765432", "765432", "any")]


def test_keys_that_name_the_gather_are_its_own_whatever_its_digits_say():
    line = Line(menu({"ask": gather(any_entry("taken"))})).answer()
    line.press("9912")
    line.gather_ends("12")
    assert line.results == [(VALID, "12", "12", "any")]


def test_keys_that_lead_the_gathers_digits_are_dropped_where_type_ahead_is_flushed():
    line = Line(menu({"ask": gather(any_entry("taken"), type_ahead="flush")})).answer()
    line.press("9912", seq=None)
    line.gather_ends("12", seq=None)
    assert line.results == [(VALID, "12", "12", "any")]


def test_digits_of_a_gather_that_was_answered_ahead_go_on_though_their_keys_are_not_told_yet():
    graph = menu({"ask": gather(on("3", "next")), "next": gather(on("2", "taken"), prompt="b")})
    line = Line(graph).answer()
    line.feed(KeyPressed(line.tick(), Secret("3"), 1))
    assert line.was_stopped
    line.gather_ends("2", seq=2)
    assert line.results == [(VALID, "3", "3", "3"), (VALID, "2", "2", "2")]
