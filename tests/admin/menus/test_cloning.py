"""Menus made from other ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.services.menu_tests.saved import bank, make_test
from tests.services.menus.building import line, load
from voicegather.models import Menu, Prompt, PromptVariant
from voicegather.services.menu_tests import run_tests
from voicegather.services.menus import compile_menu, lint_menu, publish_menu
from voicegather.services.menus.cloning import PromptCopying, clone_menu

AsStaff = Callable[..., Client]
MAY = ("view_menu", "add_menu", "view_step", "add_prompt", "change_menu")
LIST = reverse("admin:voicegather_menu_changelist")


@pytest.fixture
def menu(db: None) -> Menu:
    """A live menu with a saved test."""
    menu = bank(name="Bank")
    publish_menu(menu=menu)
    make_test(menu)
    return menu


@pytest.fixture
def author(as_staff: AsStaff) -> Client:
    return as_staff(*MAY)


def url_of(menu: Menu) -> str:
    return reverse("admin:voicegather_menu_clone", args=[menu.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def clone(client: Client, menu: Menu, **fields: str) -> Any:
    return client.post(
        url_of(menu), {"name": "Clone", "slug": "clone", "prompts": "shared", **fields}
    )


def content_of(menu: Menu) -> dict[str, Any]:
    """The compiled menu without its slug."""
    return {name: each for name, each in compile_menu(menu).items() if name != "menu"}


def test_a_clone_does_what_its_original_does(menu: Menu, author: Client) -> None:
    done = clone(author, menu)

    made = Menu.objects.get(slug="clone")
    assert done["Location"] == reverse("admin:voicegather_menu_change", args=[made.pk])
    assert content_of(made) == content_of(menu)
    assert made.live_version is None
    assert Prompt.objects.count() == 1
    assert [run.has_passed for run in run_tests(made)] == [True]
    assert LogEntry.objects.latest("pk").change_message == "Cloned from “Bank”."


def test_the_original_stays_as_it_is(menu: Menu, author: Client) -> None:
    before = compile_menu(menu)

    clone(author, menu, prompts="copied")
    Menu.objects.get(slug="clone").steps.all().delete()

    assert compile_menu(menu) == before
    assert menu.versions.count() == 1


def test_copied_prompts_are_the_clones_own(menu: Menu, author: Client) -> None:
    clone(author, menu, prompts="copied")

    made = Menu.objects.get(slug="clone")
    assert set(Prompt.objects.values_list("key", flat=True)) == {"question", "question_clone"}
    PromptVariant.objects.filter(prompt__key="question_clone").update(text="Other words.")
    assert set(compile_menu(made)["prompts"]) == {"question_clone"}
    assert "Other words." not in str(compile_menu(menu))
    assert {each.code for each in lint_menu(made)} == {each.code for each in lint_menu(menu)}


def test_prompts_of_another_team_are_shared_all_the_same(menu: Menu) -> None:
    Prompt.objects.update(team=Group.objects.create(name="theirs"))

    clone_menu(menu, name="Clone", slug="clone", prompts=PromptCopying.COPIED)

    assert Prompt.objects.count() == 1


def test_keys_that_are_long_or_taken_are_told_apart(db: None) -> None:
    key = "q" * 50
    menu = load(line(prompts={key: {"en-US": {"text": "Hello."}}}))
    menu.steps.filter(key="ask").update(config={"prompt": key})
    Prompt.objects.create(key="q" * 48 + "_2")

    clone_menu(menu, name="Clone", slug="clone", prompts=PromptCopying.COPIED)

    assert Prompt.objects.filter(key="q" * 48 + "_3").exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"slug": "bank"}, "slug"),
        ({"slug": "no slug"}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"prompts": "stolen"}, "prompts"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_made(
    fields: dict[str, str], field: str, menu: Menu, author: Client
) -> None:
    refused = clone(author, menu, **fields)

    assert refused.status_code == 400
    assert list(refused.context["form"].errors) == [field]
    assert Menu.objects.count() == 1


def test_a_free_slug_is_offered(menu: Menu, author: Client) -> None:
    clone(author, menu, slug="bank-2")

    assert author.get(url_of(menu)).context["form"].initial["slug"] == "bank-3"


def test_the_action_leads_to_the_page_of_the_one_menu(menu: Menu, author: Client) -> None:
    other = load(line())
    one = author.post(LIST, {"action": "clone", "_selected_action": [menu.pk]})
    two = author.post(
        LIST, {"action": "clone", "_selected_action": [menu.pk, other.pk]}, follow=True
    )

    assert one["Location"] == url_of(menu)
    assert "Select one menu to clone." in text_of(two)


def test_who_may_not_add_menus_or_not_see_steps_clones_nothing(
    menu: Menu, as_staff: AsStaff
) -> None:
    for permissions in (("view_menu", "change_menu", "view_step"), ("view_menu", "add_menu")):
        assert as_staff(*permissions).get(url_of(menu)).status_code == 403


def test_who_may_not_add_prompts_shares_them(menu: Menu, as_staff: AsStaff) -> None:
    client = as_staff("view_menu", "add_menu", "view_step")

    assert clone(client, menu, prompts="copied").status_code == 400
    assert clone(client, menu).status_code == 302


def test_another_teams_menu_is_not_found(menu: Menu, author: Client) -> None:
    Menu.objects.update(team=Group.objects.create(name="theirs"))

    assert author.get(url_of(menu)).status_code == 404
    assert clone(author, menu).status_code == 404
