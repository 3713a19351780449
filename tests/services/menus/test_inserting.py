"""A step put behind another: that one leads to it, and it to where that one led."""

from __future__ import annotations

import pytest

from tests.factories import make_menu
from voicegather.models import Choice, Menu, Step
from voicegather.services.menus.inserting import can_lead_on, insert_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def menu() -> Menu:
    return make_menu()


def make_step(menu: Menu, key: str, kind: str) -> Step:
    config = {"prompt": "hello"} if kind == "message" else {}
    return Step.objects.create(menu=menu, key=key, kind=kind, config=config)


def ways(step: Step) -> list[tuple[str, str, str, Step | None]]:
    rows = step.choices.order_by("position", "pk")
    return [(each.match, each.value, each.action, each.target) for each in rows]


def test_what_goes_on_by_itself_takes_the_new_step_in_between(menu: Menu) -> None:
    hello, bye = make_step(menu, "hello", "message"), make_step(menu, "bye", "hangup")
    Choice.objects.create(menu=menu, step=hello, match="exit", value="done", target=bye)
    new = make_step(menu, "new", "message")

    assert insert_after(hello, new) == "done"

    assert ways(hello) == [("exit", "done", "goto", new)]
    assert ways(new) == [("exit", "done", "goto", bye)]


def test_one_that_led_nowhere_leads_to_the_new_step(menu: Menu) -> None:
    hello, new = make_step(menu, "hello", "message"), make_step(menu, "new", "gather")

    insert_after(hello, new)

    assert ways(hello) == [("exit", "done", "goto", new)]
    assert ways(new) == []


def test_one_that_takes_keys_gets_the_first_free_one(menu: Menu) -> None:
    ask, new = make_step(menu, "ask", "gather"), make_step(menu, "new", "message")
    for value in "124":
        Choice.objects.create(menu=menu, step=ask, match="digits", value=value)

    assert insert_after(ask, new) == "key 3"
    assert ways(ask)[-1] == ("digits", "3", "goto", new)


def test_where_no_key_is_free_or_the_call_ends_nothing_changes(menu: Menu) -> None:
    ask, bye = make_step(menu, "ask", "gather"), make_step(menu, "bye", "hangup")
    for value in "0123456789":
        Choice.objects.create(menu=menu, step=ask, match="digits", value=value)
    new = make_step(menu, "new", "message")

    assert insert_after(ask, new) == ""
    assert insert_after(bye, new) == ""
    assert insert_after(make_step(make_menu("other"), "ask", "gather"), new) == ""
    assert Choice.objects.count() == 10
    assert (can_lead_on(ask), can_lead_on(new), can_lead_on(bye)) == (True, True, False)
