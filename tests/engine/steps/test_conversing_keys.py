"""Keys pressed while a model talks: the menu's global choices, and nothing else."""

from __future__ import annotations

from tests.engine.menus import on, wish
from tests.engine.steps.talks import (
    accepted,
    asked,
    assisted,
    ended,
    fields,
    newest,
    partial,
    result,
    start_seq,
)
from voicegather.engine.commands import GatherByAi, StopAssistant
from voicegather.engine.events import AiGatherStatus


def test_a_global_choice_is_taken_while_a_model_asks_and_what_was_heard_is_kept():
    line = asked(wish("0", target="taken"), wish("*", "repeat"))
    accepted(line, "c-1")
    partial(line, {"age": 29})
    line.press("0", seq=start_seq(line))
    assert line.exits == ["0"]
    assert fields(line) == [("age", "cancelled", "29", None, "")]
    assert newest(line, StopAssistant) == StopAssistant()
    line.press("0", seq=start_seq(line))
    assert len(line.exits) == 1


def test_a_caller_who_has_the_model_begin_again_waits_for_the_end_of_the_first():
    line = asked(wish("*", "repeat"))
    accepted(line, "c-1")
    line.press("*", seq=start_seq(line))
    assert sum(isinstance(each, GatherByAi) for each in line.sent) == 1
    ended(line, "c-1")
    assert sum(isinstance(each, GatherByAi) for each in line.sent) == 2


def test_a_key_that_is_no_global_choice_of_its_own_changes_nothing():
    line = asked(wish("00", target="taken"), on("5", "taken"))
    accepted(line, "c-1")
    line.press("05", seq=start_seq(line))
    assert line.exits == []


def test_a_step_may_leave_the_global_choices_to_other_steps():
    line = asked(wish("0", target="taken"), global_choices=False)
    accepted(line, "c-1")
    line.press("0", seq=start_seq(line))
    assert line.exits == []


def test_a_key_that_comes_when_the_caller_has_hung_up_wishes_nothing():
    line = asked(wish("0", target="taken"))
    result(line, {"age": 29}, AiGatherStatus.CALL_HANGUP)
    line.press("0", seq=start_seq(line))
    assert line.exits == []


def test_a_global_choice_ends_an_assistant_too():
    line = assisted(wish("0", target="taken"))
    accepted(line, "c-1")
    line.press("0", seq=start_seq(line))
    assert line.exits == ["0"]
    assert newest(line, StopAssistant) == StopAssistant()
