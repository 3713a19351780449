"""A branch picks the way by a variable or by opening hours, without a word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.engine.line import START, Line
from tests.engine.menus import any_entry, by, gather, menu, otherwise, step, value
from voicegather.engine.graph import Graph
from voicegather.engine.hours import Day, Hours, Window

CLOSING = step("hangup", prompt="closing")


def by_variable(name: str, *edges: dict) -> Graph:
    ask = gather(any_entry("fork"), variable="account")
    fork = step("branch", *edges, variable=name)
    return menu({"ask": ask, "fork": fork, "closing": CLOSING})


def test_a_variables_value_picks_the_choice():
    edges = (value("1234", "closing"), otherwise("taken"))
    line = Line(by_variable("account", *edges)).answer()
    line.gather_ends("1234")
    assert line.step == "closing"
    assert line.exits == ["any", "1234"]


def test_another_value_goes_otherwise():
    edges = (value("1234", "closing"), otherwise("taken"))
    line = Line(by_variable("account", *edges)).answer()
    line.gather_ends("999")
    assert line.step == "taken"
    assert line.exits == ["any", "otherwise"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("caller", "+13125550101"), ("called", "+13125550199"), ("language", "en"), ("nobody", "")],
)
def test_a_branch_knows_the_parties_and_the_language(name: str, wanted: str):
    edges = (value(wanted, "closing"), otherwise("taken"))
    line = Line(by_variable(name, *edges)).answer()
    line.gather_ends("1")
    assert line.step == "closing"


def test_a_value_without_a_choice_leaves_by_failure():
    line = Line(by_variable("account", value("1", "taken"), by("failure", "broken"))).answer()
    line.gather_ends("2")
    assert line.step == "broken"


def test_a_value_without_any_way_on_ends_the_call():
    line = Line(by_variable("account", value("1", "taken"))).answer()
    line.gather_ends("2")
    assert line.state.outcome == "failed"
    assert line.state.reason == "no way on from fork by failure"


def by_hours(*edges: dict, hours: dict[str, Hours] | None = None) -> Line:
    fork = step("branch", *edges, calendar="clinic")
    return Line(menu({"fork": fork, "closing": CLOSING}), hours=hours).answer()


OPEN_NOW = Hours("UTC", {"thursday": (Window("00:00", "24:00"),)})
TODAY = datetime.fromtimestamp(START / 1000, UTC).date().isoformat()


def test_an_open_calendar_leads_to_open():
    line = by_hours(by("open", "taken"), by("closed", "closing"), hours={"clinic": OPEN_NOW})
    assert line.step == "taken"


def test_a_closed_calendar_leads_to_closed():
    line = by_hours(by("open", "taken"), by("closed", "closing"), hours={"clinic": Hours("UTC")})
    assert line.step == "closing"


def test_a_missing_calendar_counts_as_closed():
    line = by_hours(by("open", "taken"), by("closed", "closing"))
    assert line.step == "closing"


def test_an_exception_can_lead_to_an_exit_of_its_own():
    holiday = Hours("UTC", {}, {TODAY: Day("New year", exit="holiday")})
    edges = (by("open", "broken"), by("closed", "closing"), by("holiday", "taken"))
    line = by_hours(*edges, hours={"clinic": holiday})
    assert line.step == "taken"
    assert line.exits == ["holiday"]


def test_an_exit_that_the_menu_does_not_know_counts_as_closed():
    holiday = Hours("UTC", {}, {TODAY: Day("New year", exit="holiday")})
    line = by_hours(by("open", "broken"), by("closed", "closing"), hours={"clinic": holiday})
    assert line.step == "closing"


def test_a_branch_can_follow_a_branch():
    fork = step("branch", otherwise("second"), variable="caller")
    second = step("branch", otherwise("taken"), variable="called")
    line = Line(menu({"fork": fork, "second": second})).answer()
    assert line.step == "taken"
    assert line.exits == ["otherwise", "otherwise"]
