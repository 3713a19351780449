"""A menu of five hundred steps: its pages open, and it is published, in as many queries as one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.services.menus.building import line, load
from voicegather.models import Choice, Menu, Step
from voicegather.services.menus import publish_menu

pytestmark = pytest.mark.django_db
PAGES = ("change", "diagram", "publish", "test_call", "clone")


def grown(steps: int) -> Menu:
    """A menu that can be published, of so many steps in a row."""
    menu = load(line())
    entry, end = menu.steps.get(is_entry=True), menu.steps.get(kind="hangup")
    config = entry.config
    made = Step.objects.bulk_create(
        Step(menu=menu, key=f"more_{number}", kind=entry.kind, config=config, position=number + 9)
        for number in range(steps - menu.steps.count())
    )
    for step, following in pairwise([*made, end]):
        choices = list(entry.choices.all())
        Choice.objects.bulk_create(
            Choice(menu=menu, step=step, match=each.match, value=each.value, target=following)
            for each in choices
        )
    if made:
        entry.choices.update(target=made[0])
    return menu


def queries_of(client: Client, menu: Menu) -> dict[str, int]:
    counted = {}
    for name in PAGES:
        url = reverse(f"admin:voicegather_menu_{name}", args=[menu.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        counted[name] = len(captured)
    return counted


def test_the_pages_of_a_menu_of_500_steps_ask_as_often_as_those_of_a_small_one(
    admin_client: Client,
) -> None:
    few = queries_of(admin_client, grown(3))
    Menu.objects.all().delete()

    assert queries_of(admin_client, grown(500)) == few


def test_a_menu_of_500_steps_is_published() -> None:
    version = publish_menu(menu=grown(500))

    assert len(version.document["steps"]) == 500
