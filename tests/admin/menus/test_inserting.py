"""The diagram's plus signs: a form of a step that comes behind another, and back to the diagram."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.admin.filled import filled
from tests.services.menus.building import line, load
from voicegather.models import Choice, Menu, Prompt, Step

AsStaff = Callable[..., Client]
MAY = ("view_menu", "view_step", "change_step", "add_step", "add_choice", "view_choice")


@pytest.fixture
def menu(db: None) -> Menu:
    return load(line())


def prompt() -> str:
    """The menu's, as its list of prompts names it."""
    return str(Prompt.objects.get(key="question").pk)


def plus_of(page: Any, key: str) -> str:
    step = Step.objects.get(key=key)
    nodes = page.context["drawing"]["nodes"]
    return next(str(node["add_url"]) for node in nodes if node["id"] == step.pk)


def test_a_plus_leads_to_the_form_and_saving_back_to_the_diagram(
    menu: Menu, as_staff: AsStaff
) -> None:
    client = as_staff(*MAY)
    diagram = reverse("admin:voicegather_menu_diagram", args=[menu.pk])
    url = plus_of(client.get(diagram), "ask")
    form = filled(client.get(url), "step_form", setting_prompt=prompt())

    saved = client.post(url, form)

    assert (saved.status_code, saved["Location"]) == (302, diagram)
    new = Step.objects.get(kind="message")
    assert Choice.objects.get(step__key="ask", target=new).match == "digits"


def test_from_the_menus_page_it_leads_back_to_the_picture_there(
    menu: Menu, admin_client: Client
) -> None:
    change = reverse("admin:voicegather_menu_change", args=[menu.pk])
    page = admin_client.get(change)
    url = plus_of(page, "ask")
    saved = admin_client.post(
        url, filled(admin_client.get(url), "step_form", setting_prompt=prompt())
    )

    assert saved["Location"] == f"{change}#diagram"
    assert plus_of(page, "bye") == ""
    assert next(label for label, _url in page.context["picture_additions"]) == "Gather by AI"


@pytest.mark.parametrize("after", ["0", "x", "9" * 40, "\0", "-1"])
def test_an_odd_step_to_come_after_is_left_aside(
    after: str, menu: Menu, admin_client: Client
) -> None:
    url = f"{reverse('admin:voicegather_step_add')}?menu={menu.pk}&kind=message"
    form = filled(admin_client.get(url), "step_form", setting_prompt=prompt())
    before = Choice.objects.count()

    response = admin_client.post(f"{url}&after={after}".replace("\0", "%00"), form)

    assert response.status_code == 302
    assert Choice.objects.count() == before


def test_a_step_of_another_team_gets_no_choice(menu: Menu, as_staff: AsStaff) -> None:
    other = load(line(menu="other"))
    theirs = Step.objects.get(menu=other, key="ask")
    Menu.objects.filter(pk=other.pk).update(team=Group.objects.create(name="theirs"))
    client = as_staff(*MAY)
    url = f"{reverse('admin:voicegather_step_add')}?menu={menu.pk}&kind=message&after={theirs.pk}"
    before = theirs.choices.count()

    client.post(url, filled(client.get(url), "step_form", setting_prompt=prompt()))

    assert theirs.choices.count() == before


def test_who_may_not_change_where_steps_lead_has_no_plus(menu: Menu, as_staff: AsStaff) -> None:
    client = as_staff("view_menu", "view_step", "add_step")

    page = client.get(reverse("admin:voicegather_menu_diagram", args=[menu.pk]))

    assert plus_of(page, "ask") == ""
