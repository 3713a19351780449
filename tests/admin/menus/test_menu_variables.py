"""What a call may bring with it: a table on the menu's page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin.menus.test_menus import change_url, form_of
from tests.admin.steps.test_step_rows import table
from tests.factories import make_menu
from voicegather.models import Menu

DECLARED = [{"name": "name", "default": "there", "help": "How we address them"}, {"name": "plan"}]


@pytest.fixture
def menu(db: None) -> Menu:
    return make_menu(variables=DECLARED)


def row(name: str, default: str = "", help: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, "default": default, "help": help, **more}


def save(client: Client, menu: Menu, *rows: dict[str, Any], **fields: str) -> str:
    """Post the menu's page; "" when it was saved, else the page with what is wrong."""
    posted = form_of(menu, **fields) | table("variables", *rows, stored=len(menu.variables))
    response = client.post(change_url(menu), posted)
    menu.refresh_from_db()
    return "" if response.status_code == 302 else response.content.decode()


def test_what_a_call_may_bring_is_shown_as_a_table(menu: Menu, admin_client: Client) -> None:
    page = admin_client.get(change_url(menu))

    (rows,) = page.context["adminform"].form.row_sets
    assert rows.formset.initial == DECLARED
    text = page.content.decode()
    assert "What a call may bring with it" in text
    assert 'name="rows-variables-0-name" value="name"' in text
    assert "How we address them" in text


def test_rows_are_added_changed_removed_and_put_in_order(menu: Menu, admin_client: Client) -> None:
    rows = (
        row("name", "", ORDER=2),
        row("plan", DELETE="on"),
        row("balance", " 0 ", "In dollars", ORDER=1),
        row(""),
    )

    assert save(admin_client, menu, *rows) == ""

    assert menu.variables == [
        {"name": "balance", "default": "0", "help": "In dollars"},
        {"name": "name"},
    ]
    assert LogEntry.objects.latest("pk").get_change_message() == "Changed variables."


def test_a_table_that_stays_as_it_was_is_no_change(menu: Menu, admin_client: Client) -> None:
    assert save(admin_client, menu, *(row(**each) for each in DECLARED), name="Line") == ""

    assert menu.variables == DECLARED
    assert LogEntry.objects.latest("pk").get_change_message() == "Changed Name."


def test_a_form_without_the_table_leaves_it_as_it_is(menu: Menu, admin_client: Client) -> None:
    admin_client.post(change_url(menu), form_of(menu, name="Line"))

    menu.refresh_from_db()
    assert (menu.name, menu.variables) == ("Line", DECLARED)


def test_every_row_can_go(menu: Menu, admin_client: Client) -> None:
    assert save(admin_client, menu, *(row(**each, DELETE="on") for each in DECLARED)) == ""

    assert menu.variables == []


def test_a_new_menu_has_the_table_at_once(db: None, admin_client: Client) -> None:
    url = reverse("admin:voicegather_menu_add")
    assert "rows-variables-TOTAL_FORMS" in admin_client.get(url).content.decode()

    form = {"name": "Line", "slug": "line", "languages": "en-US"}
    admin_client.post(url, form | table("variables", row("plan", "basic")))

    assert Menu.objects.get().variables == [{"name": "plan", "default": "basic"}]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (row("", "basic"), "is required"),
        (row("1st"), "“1st” cannot be a variable. Name variables with 1 to 50 letters"),
        (row("x" * 51), "has 51 characters; the most is 50"),
        (row("name"), "There is a row of this name already."),
        (row("plan", "x" * 1_001), "has 1001 characters; the most is 1000"),
        (row("plan", "", "x" * 201), "has 201 characters; the most is 200"),
    ],
)
def test_what_is_wrong_is_said_at_its_row_and_nothing_is_lost(
    wrong: dict[str, Any], complaint: str, menu: Menu, admin_client: Client
) -> None:
    page = save(admin_client, menu, row("name", "you there"), wrong)

    assert "Look at “What a call may bring with it” below." in page
    assert complaint in page.split('<tr class="rows-row')[2]
    assert "you there" in page
    assert menu.variables == DECLARED


def test_more_than_a_call_can_bring_is_refused(menu: Menu, admin_client: Client) -> None:
    page = save(admin_client, menu, *(row(f"v{number}") for number in range(51)))

    assert "lists 51 variables; the most is 50" in page
    assert menu.variables == DECLARED


def test_a_fault_elsewhere_keeps_the_rows_that_were_typed(menu: Menu, admin_client: Client) -> None:
    page = save(admin_client, menu, row("fresh", "typed"), languages="")

    assert 'value="fresh"' in page
    assert menu.variables == DECLARED


def test_what_is_stored_as_no_rows_stays_until_rows_replace_it(
    menu: Menu, admin_client: Client
) -> None:
    Menu.objects.update(variables="plan")
    menu.refresh_from_db()

    page = admin_client.get(change_url(menu)).content.decode()
    assert "What is stored is no list of rows. Rows that you save replace it." in page

    admin_client.post(change_url(menu), form_of(menu) | table("variables", row("")))
    menu.refresh_from_db()
    assert menu.variables == "plan"

    admin_client.post(change_url(menu), form_of(menu) | table("variables", row("plan")))
    menu.refresh_from_db()
    assert menu.variables == [{"name": "plan"}]


def test_who_may_only_view_sees_the_names(menu: Menu, as_staff: Callable[..., Client]) -> None:
    page = as_staff("view_menu").get(change_url(menu)).content.decode()

    assert "rows-variables" not in page
    shown = page.split("field-brought")[1].split("</div>\n")[0]
    assert "name, plan" in re.sub(r"<[^>]*>", "", shown)


def test_the_table_takes_no_more_queries_for_more_rows(menu: Menu, admin_client: Client) -> None:
    admin_client.get(change_url(menu))
    few = _queries(admin_client, menu)
    Menu.objects.update(variables=[{"name": f"v{number}"} for number in range(50)])

    assert _queries(admin_client, menu) == few


def _queries(client: Client, menu: Menu) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(change_url(menu))
    return len(captured)
