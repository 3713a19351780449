"""A stored menu that says what a call may bring with it goes on saying so.

Never edit a golden file.
"""

from __future__ import annotations

import pytest

from tests.engine.line import START, Line
from tests.engine.test_golden import stored, stored_menu
from voicegather.engine.codec import to_json
from voicegather.engine.events import CallAnswered
from voicegather.engine.outbound import begin_outbound
from voicegather.engine.secret import Secret
from voicegather.engine.state import Variable
from voicegather.engine.variables import DeclaredVariable


def test_a_stored_menu_declares_what_it_declared():
    assert stored_menu("brought").variables == (
        DeclaredVariable("customer_name", "there", "How we address them"),
        DeclaredVariable("plan"),
    )


def test_a_stored_menu_is_written_as_it_was_read():
    written = to_json(stored_menu("brought"))
    assert written == stored("format_1_menu_brought")


@pytest.mark.parametrize("name", ["main", "inner", "talk", "site"])
def test_menus_of_before_declare_nothing_and_say_nothing_of_it(name: str):
    graph = stored_menu(name)
    assert graph.variables == ()
    assert "variables" not in to_json(graph)


def test_a_call_that_comes_into_a_stored_menu_has_its_defaults():
    line = Line(stored_menu("brought")).answer()
    assert line.said == "Hello there."
    line.prompt_ends()
    assert line.said == "Goodbye."


def test_a_call_that_is_placed_with_a_stored_menu_keeps_what_it_brings():
    brought = {"customer_name": Variable(Secret("Ada")), "plan": Variable(Secret("gold"))}
    state = begin_outbound(
        stored_menu("brought"),
        token="call-1",
        caller="+13125550101",
        called="+13125550199",
        now=START,
        ring_seconds=30,
        variables=brought,
    )
    line = Line(stored_menu("brought"), state=state)
    line.feed(CallAnswered(line.tick()))
    assert line.said == "Hello Ada."
    line.prompt_ends()
    assert line.said == "Thank you."
