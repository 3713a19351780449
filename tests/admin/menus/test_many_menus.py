"""The list of menus where there are many."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_menu
from tests.services.menus.building import line, load
from voicegather.models import Menu, PhoneNumber, Step
from voicegather.services.menus import publish_menu

LIST = reverse("admin:voicegather_menu_changelist")


def live(slug: str) -> Menu:
    menu = load(line(menu=slug, name=slug.capitalize()))
    publish_menu(menu=menu)
    return menu


def names(page: Any) -> list[str]:
    return [menu.name for menu in page.context["cl"].result_list]


def test_menus_are_filtered_by_what_callers_hear_of_their_drafts(admin_client: Client) -> None:
    changed, _same = live("changed"), live("same")
    make_menu("never")
    Step.objects.filter(menu=changed, key="ask").update(name="Another name")

    found = {
        value: names(admin_client.get(LIST, {"draft": value}))
        for value in ("changed", "same", "never")
    }

    assert found == {"changed": ["Changed"], "same": ["Same"], "never": ["Never"]}


@pytest.mark.parametrize("term", ["555 0142", "+13125550142", "Opening question", "opening_q"])
def test_a_menu_is_found_by_its_numbers_and_its_steps(term: str, admin_client: Client) -> None:
    menu = live("found")
    live("other")
    PhoneNumber.objects.create(number="+13125550142", menu=menu)
    Step.objects.create(menu=menu, key="opening_q", name="Opening question", kind="hangup")
    Step.objects.create(menu=menu, key="opening_q2", name="Opening question 2", kind="hangup")

    assert names(admin_client.get(LIST, {"q": term})) == ["Found"]


@pytest.mark.parametrize("query", [{}, {"q": "ask"}, {"draft": "changed"}, {"archived": "all"}])
def test_the_list_asks_as_much_of_thirty_menus_as_of_two(
    query: dict[str, str], admin_client: Client
) -> None:
    counts = []
    for number in (2, 30):
        for each in range(Menu.objects.count(), number):
            live(f"m{each}")
        Step.objects.filter(key="ask").update(name=f"Round {number}")
        admin_client.get(LIST, query)
        with CaptureQueriesContext(connection) as queries:
            assert len(names(admin_client.get(LIST, query))) == number
        counts.append(len(queries))

    assert counts[0] == counts[1]
