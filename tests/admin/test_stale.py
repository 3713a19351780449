"""Two people edit the same: whoever saves second learns of it, and loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.admin.filled import filled
from tests.factories import make_menu
from tests.services.menus.building import line, load
from voicegather.models import Calendar, Choice, Menu, PhoneNumber, Prompt, PromptVariant, Step

AsStaff = Callable[..., Client]


def change_url(obj: Any) -> str:
    return reverse(f"admin:voicegather_{obj._meta.model_name}_change", args=[obj.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def differences(page: Any) -> list[tuple[str, str, str]]:
    return [(each.label, each.stored, each.typed) for each in page.context["conflict"].differences]


@pytest.fixture
def step(db: None) -> Step:
    menu = load(line())
    return Step.objects.get(menu=menu, key="ask")


@pytest.fixture
def first(as_staff: AsStaff) -> Client:
    return as_staff(*_MAY)


@pytest.fixture
def second(as_staff: AsStaff) -> Client:
    return as_staff(*_MAY)


_MODELS = ("menu", "step", "choice", "prompt", "promptvariant", "calendar", "phonenumber")
_MAY = tuple(f"{act}_{model}" for act in ("view", "add", "change", "delete") for model in _MODELS)


def make_objects() -> list[Any]:
    menu = load(line())
    return [
        menu,
        Step.objects.get(key="ask"),
        Choice.objects.filter(step__key="ask").first(),
        Prompt.objects.first(),
        PromptVariant.objects.first(),
        Calendar.objects.create(key="hours", weekly={"monday": [["08:00", "12:00"]]}),
        PhoneNumber.objects.create(number="+13125550100", menu=menu),
    ]


def test_the_second_to_save_is_refused_with_who_and_what(
    step: Step, first: Client, second: Client
) -> None:
    User.objects.filter(username="staff0").update(first_name="Ana", last_name="Ruiz")
    url = change_url(step)
    theirs, mine = filled(first.get(url), "step_form"), filled(second.get(url), "step_form")

    assert first.post(url, {**theirs, "name": "Her name"}).status_code == 302
    refused = second.post(url, {**mine, "name": "My name", "setting_maximum_digits": "7"})

    step.refresh_from_db()
    assert step.name == "Her name"
    assert differences(refused) == [("Name", "Her name", "My name")]
    assert "Ana Ruiz changed this on " in text_of(refused)
    kept = filled(refused, "step_form")
    assert (kept["name"], kept["setting_maximum_digits"]) == ("My name", "7")
    assert "over" not in kept


def test_saving_again_without_the_tick_is_refused_again_and_with_it_saved(
    step: Step, first: Client, second: Client
) -> None:
    url = change_url(step)
    theirs, mine = filled(first.get(url), "step_form"), filled(second.get(url), "step_form")
    first.post(url, {**theirs, "name": "Her name"})
    refused = second.post(url, {**mine, "name": "My name"})

    again = second.post(url, filled(refused, "step_form"))
    assert again.status_code == 200
    mark = again.context["conflict"].mark
    assert second.post(url, {**filled(again, "step_form"), "over": mark}).status_code == 302

    step.refresh_from_db()
    assert step.name == "My name"


def test_a_third_change_after_the_tick_is_told_too(
    step: Step, first: Client, second: Client
) -> None:
    url = change_url(step)
    mine = filled(second.get(url), "step_form", name="My name")
    first.post(url, filled(first.get(url), "step_form", name="Her name"))
    refused = second.post(url, mine)
    first.post(url, filled(first.get(url), "step_form", name="Her second name"))

    over = refused.context["conflict"].mark
    again = second.post(url, {**filled(refused, "step_form"), "over": over})

    assert differences(again) == [("Name", "Her second name", "My name")]
    step.refresh_from_db()
    assert step.name == "Her second name"


def test_what_was_ticked_holds_while_other_errors_are_mended(
    step: Step, first: Client, second: Client
) -> None:
    url = change_url(step)
    mine = filled(second.get(url), "step_form", name="My name")
    first.post(url, filled(first.get(url), "step_form", name="Her name"))
    refused = second.post(url, mine)
    over = {"over": refused.context["conflict"].mark, "setting_maximum_digits": "1000"}

    wrong = second.post(url, {**filled(refused, "step_form"), **over})
    mended = second.post(url, filled(wrong, "step_form", setting_maximum_digits="3"))

    assert (wrong.status_code, mended.status_code) == (200, 302)
    step.refresh_from_db()
    assert step.name == "My name"


def test_settings_and_rows_differ_one_by_one(step: Step, first: Client, second: Client) -> None:
    url = change_url(step)
    mine = filled(second.get(url), "step_form", setting_maximum_digits="7")
    changed = {"setting_maximum_digits": "5", "choices-0-value": "8"}
    first.post(url, filled(first.get(url), "step_form", **changed))

    refused = second.post(url, mine)

    choice = Choice.objects.get(step=step, value="8")
    assert differences(refused) == [
        ("Most digits", "5", "7"),
        (f"choice “{choice}”: Value", "8", mine["choices-0-value"]),
    ]


def test_the_same_change_by_both_is_no_conflict(step: Step, first: Client, second: Client) -> None:
    url = change_url(step)
    theirs, mine = filled(first.get(url), "step_form"), filled(second.get(url), "step_form")

    first.post(url, {**theirs, "name": "Ours"})

    assert second.post(url, {**mine, "name": "Ours"}).status_code == 302


def test_a_choice_that_was_removed_meanwhile_is_kept_as_typed_and_can_be_saved(
    step: Step, first: Client, second: Client
) -> None:
    url = change_url(step)
    mine = filled(second.get(url), "step_form")
    count = Choice.objects.filter(step=step).count()
    first.post(url, filled(first.get(url), "step_form", **{"choices-0-DELETE": "on"}))

    refused = second.post(url, mine)
    over = {"over": refused.context["conflict"].mark}
    saved = second.post(url, {**filled(refused, "step_form"), **over})

    assert differences(refused) == [("choice", "removed", "kept")]
    assert saved.status_code == 302
    assert Choice.objects.filter(step=step).count() == count


def test_a_choice_that_was_changed_meanwhile_is_not_removed_unseen(
    step: Step, first: Client, second: Client
) -> None:
    url = change_url(step)
    mine = filled(second.get(url), "step_form", **{"choices-0-DELETE": "on"})
    first.post(url, filled(first.get(url), "step_form", **{"choices-0-value": "8"}))

    refused = second.post(url, mine)

    assert [each[1:] for each in differences(refused)] == [("changed", "removed")]
    assert Choice.objects.filter(step=step, value="8").exists()


def test_a_choice_that_was_added_meanwhile_stays(step: Step, first: Client, second: Client) -> None:
    url = change_url(step)
    mine = filled(second.get(url), "step_form", name="Mine")
    Choice.objects.create(menu=step.menu, step=step, match="exit", value="invalid", action="hangup")

    assert second.post(url, mine).status_code == 302
    assert Choice.objects.filter(step=step, value="invalid").exists()


@pytest.mark.parametrize("index", range(7))
def test_every_page_that_edits_carries_its_mark(index: int, first: Client, second: Client) -> None:
    obj = make_objects()[index]
    name = f"{obj._meta.model_name}_form"
    url = change_url(obj)
    field = {"choice": "language", "promptvariant": "text"}.get(obj._meta.model_name, "name")
    mine = filled(second.get(url), name, **{field: "es-US" if field == "language" else "Mine"})
    value = "fr-FR" if field == "language" else "Theirs"
    type(obj).objects.filter(pk=obj.pk).update(**{field: value})

    refused = second.post(url, mine)

    assert refused.status_code == 200
    assert [stored for _label, stored, _typed in differences(refused)] == [value]
    assert "This was changed while you had it open." in text_of(refused)
    assert getattr(type(obj).objects.get(pk=obj.pk), field) == value


def test_no_page_of_ours_that_can_save_lacks_the_mark(admin_client: Client) -> None:
    from voicegather.admin.stale.saving import SeenOnly

    ours = [each for each in admin.site._registry.values() if each.opts.app_label == "voicegather"]
    assert all(isinstance(each, SeenOnly) for each in ours)


def test_publishing_meanwhile_is_no_conflict_and_is_not_undone(step: Step, second: Client) -> None:
    from voicegather.services.menus import publish_menu

    menu = step.menu
    mine = filled(second.get(change_url(menu)), "menu_form", name="Mine")
    version = publish_menu(menu=menu)

    assert second.post(change_url(menu), mine).status_code == 302
    menu.refresh_from_db()
    assert (menu.name, menu.live_version) == ("Mine", version)


@pytest.mark.parametrize(
    "mark",
    ["", "{", "[]", "\0", '{"at":1e400,"values":{},"rows":{}}', '{"at":0,"values":3,"rows":{}}',
     '{"at":0,"values":{},"rows":{"choices":3}}', "[" * 100_000],
)  # fmt: skip
def test_an_odd_mark_refuses_what_differs(mark: str, step: Step, second: Client) -> None:
    url = change_url(step)

    refused = second.post(url, filled(second.get(url), "step_form", name="Mine", opened=mark))

    assert ("Name", "", "Mine") in differences(refused)


def test_a_form_of_an_object_that_is_gone_leads_away(step: Step, second: Client) -> None:
    url = change_url(step)
    mine = filled(second.get(url), "step_form")
    step.delete()

    assert second.post(url, mine).status_code == 302


def test_what_changed_since_is_not_deleted_unseen(step: Step, second: Client) -> None:
    url = reverse("admin:voicegather_step_delete", args=[step.pk])
    mine = filled(second.get(url))
    Step.objects.filter(pk=step.pk).update(name="Kept")

    refused = second.post(url, mine, follow=True)

    assert "“Kept” was changed since you opened this page" in text_of(refused)
    assert Step.objects.filter(pk=step.pk).exists()
    second.post(url, filled(refused))
    assert not Step.objects.filter(pk=step.pk).exists()


def test_a_change_of_a_menus_variables_is_told_by_its_table(first: Client, second: Client) -> None:
    menu = make_menu(variables=[{"name": "plan", "default": "basic"}])
    url = change_url(menu)
    mine = filled(second.get(url), "menu_form", **{"rows-variables-0-default": "gold"})
    Menu.objects.update(variables=[{"name": "plan", "default": "silver"}])

    refused = second.post(url, mine)

    ((label, stored, typed),) = differences(refused)
    assert label == "What a call may bring with it"
    assert json.loads(stored) == [{"name": "plan", "default": "silver"}]
    assert json.loads(typed) == [{"name": "plan", "default": "gold"}]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_write_one_after_the_other() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    step = Step.objects.get(menu=load(line()), key="ask")
    url = change_url(step)
    clients = []
    for number in range(4):
        User.objects.create_superuser(f"lead{number}")
        client = Client()
        client.force_login(User.objects.get(username=f"lead{number}"))
        clients.append((client, filled(client.get(url), "step_form", name=f"Name {number}")))

    def save(each: tuple[Client, dict[str, Any]]) -> int:
        try:
            return each[0].post(url, each[1]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        answers = sorted(people.map(save, clients))

    assert answers == [200, 200, 200, 302]
