from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_menu
from voicegather.models import Choice, Menu, Step

ADD = reverse("admin:voicegather_step_add")


@pytest.fixture
def menu(db: None) -> Menu:
    return make_menu()


def step_form(menu: Menu, **fields: str) -> dict[str, str]:
    return {
        "menu": str(menu.pk),
        "key": "account",
        "kind": "gather",
        "config": "{}",
        "sensitivity": "normal",
        "shown_last": "4",
        "position": "0",
        **fields,
    }


def choices(*rows: dict[str, Any]) -> dict[str, str]:
    form = {"choices-TOTAL_FORMS": str(len(rows)), "choices-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        for name, value in ({"action": "goto", "position": "0"} | row).items():
            form[f"choices-{number}-{name}"] = str(value)
    return form


def change_url(step: Step) -> str:
    return reverse("admin:voicegather_step_change", args=[step.pk])


def test_a_new_step_opens_for_its_choices(menu: Menu, admin_client: Client) -> None:
    response = admin_client.post(ADD, step_form(menu, config=json.dumps({"prompt": "welcome"})))

    step = Step.objects.get()
    assert response["Location"] == change_url(step)
    assert (step.menu, step.key, step.config) == (menu, "account", {"prompt": "welcome"})


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"config": '{"promt": "x"}'}, "“promt” is not a setting of this kind of step; remove it"),
        ({"config": '{"maximum_digits": 129}'}, "maximum_digits: is 129; the most is 128"),
        ({"config": "[]"}, "Write a JSON object"),
        ({"config": "{"}, "Enter a valid JSON."),
        ({"kind": "dance"}, "dance is not one of the available choices"),
        ({"key": "Account 1"}, "Use small letters, digits and underscores"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(
    fields: dict[str, str], complaint: str, menu: Menu, admin_client: Client
) -> None:
    page = admin_client.post(ADD, step_form(menu, **fields)).content.decode()

    assert complaint in page
    assert not Step.objects.exists()


def test_every_problem_of_the_settings_is_said_at_once(menu: Menu, admin_client: Client) -> None:
    config = '{"maximum_digits": 0, "no_input_limit": 10}'

    page = admin_client.post(ADD, step_form(menu, config=config)).content.decode()

    assert "maximum_digits: is 0; the least is 1" in page
    assert "no_input_limit: is 10; the most is 9" in page


def test_a_step_that_becomes_the_entry_takes_it_over(menu: Menu, admin_client: Client) -> None:
    Step.objects.create(menu=menu, key="first", kind="gather", is_entry=True)

    page = admin_client.post(ADD, step_form(menu, is_entry="on"), follow=True).content.decode()

    assert "Callers begin with “account” now, no longer with “first”." in page
    assert Step.objects.get(is_entry=True).key == "account"


def test_the_key_and_the_menu_of_a_step_never_change(menu: Menu, admin_client: Client) -> None:
    step = Step.objects.create(menu=menu, key="account", kind="gather")
    changed = step_form(make_menu("shop"), key="other", name="New") | choices()

    admin_client.post(change_url(step), changed)

    step.refresh_from_db()
    assert (step.menu, step.key, step.name) == (menu, "account", "New")


def test_the_page_explains_the_settings_of_the_kind(menu: Menu, admin_client: Client) -> None:
    step = Step.objects.create(menu=menu, key="account", kind="gather")

    page = admin_client.get(change_url(step)).content.decode()

    assert "Wait for the first key (ms)" in page
    assert "Counted from the end of the prompt." in page


def test_choices_are_saved_with_the_menu_of_their_step(menu: Menu, admin_client: Client) -> None:
    step = Step.objects.create(menu=menu, key="account", kind="gather")
    row = {"match": "range", "value": "100-199", "target": step.pk}

    admin_client.post(change_url(step), step_form(menu) | choices(row))

    choice = Choice.objects.get()
    assert (choice.menu, choice.step, choice.target, choice.value) == (menu, step, step, "100-199")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"match": "digits", "value": "1x"}, "is not 1 to 128 keys of 0-9, * and #"),
        ({"match": "range", "value": "9-1"}, "runs backwards"),
        ({"match": "digits", "value": ""}, "Say what is matched."),
        ({"match": "any", "value": "1"}, "Leave this empty: the match says it all."),
        ({"match": "exit", "value": "no_input", "language": "x"}, "is not a language"),
    ],
)
def test_a_choice_that_cannot_be_read_is_refused(
    row: dict[str, str], complaint: str, menu: Menu, admin_client: Client
) -> None:
    step = Step.objects.create(menu=menu, key="account", kind="gather")

    page = admin_client.post(change_url(step), step_form(menu) | choices(row)).content.decode()

    assert complaint in page
    assert not Choice.objects.exists()


def test_a_choice_leads_to_a_step_of_the_same_menu(menu: Menu, admin_client: Client) -> None:
    step = Step.objects.create(menu=menu, key="account", kind="gather")
    foreign = Step.objects.create(menu=make_menu("shop"), key="order", kind="gather")
    row = {"match": "any", "target": foreign.pk}

    page = admin_client.post(change_url(step), step_form(menu) | choices(row)).content.decode()

    assert "That choice is not one of the available choices." in page


@pytest.mark.parametrize("wrong", ["step", "target"])
def test_a_choice_on_its_own_page_stays_in_its_menu(
    wrong: str, menu: Menu, admin_client: Client
) -> None:
    own = Step.objects.create(menu=menu, key="account", kind="gather")
    foreign = Step.objects.create(menu=make_menu("shop"), key="order", kind="gather")
    form = {"menu": menu.pk, "step": own.pk, "target": own.pk, "match": "any"}
    form |= {"action": "goto", "position": 0, wrong: foreign.pk}

    page = admin_client.post(reverse("admin:voicegather_choice_add"), form).content.decode()

    assert "Choose a step of the same menu." in page


def test_a_global_choice_on_its_own_page_is_unique(menu: Menu, admin_client: Client) -> None:
    Choice.objects.create(menu=menu, match="digits", value="0")
    form = {"menu": menu.pk, "match": "digits", "value": "0", "action": "repeat", "position": 0}

    page = admin_client.post(reverse("admin:voicegather_choice_add"), form).content.decode()

    assert "There is a choice for this already." in page


def ready_rows(page: Any) -> list[tuple[Any, Any]]:
    """The match and the value of each row that a step's form has ready and that is not saved."""
    (inline,) = page.context["inline_admin_formsets"]
    rows = list(inline.formset.extra_forms)
    return [(form.initial.get("match"), form.initial.get("value")) for form in rows]


def test_the_exits_of_a_new_step_stand_ready(menu: Menu, admin_client: Client) -> None:
    page = admin_client.get(ADD, {"menu": menu.pk, "kind": "gather"})

    empty = (None, None)
    exits = [("exit", "no_input"), ("exit", "invalid"), ("exit", "failure")]
    assert ready_rows(page) == [empty, empty, *exits]


def test_exits_that_lead_on_already_are_not_offered(menu: Menu, admin_client: Client) -> None:
    step = Step.objects.create(menu=menu, key="account", kind="gather", config={})
    other = Step.objects.create(menu=menu, key="other", kind="gather", config={})
    Choice.objects.create(menu=menu, step=None, match="exit", value="failure", target=step)
    Choice.objects.create(menu=menu, step=step, match="exit", value="invalid", target=step)
    Choice.objects.create(menu=menu, step=other, match="exit", value="no_input", target=step)

    assert ready_rows(admin_client.get(change_url(step))) == [("exit", "no_input")]

    Choice.objects.create(menu=menu, step=step, match="otherwise", target=step)
    assert ready_rows(admin_client.get(change_url(step))) == []


def test_offered_exits_that_are_left_alone_are_not_saved(menu: Menu, admin_client: Client) -> None:
    end = Step.objects.create(menu=menu, key="bye", kind="hangup", config={})
    step = Step.objects.create(menu=menu, key="account", kind="gather", config={})
    offered = [{"match": "exit", "value": name} for name in ("no_input", "invalid", "failure")]
    rows = [offered[0], offered[1] | {"target": end.pk}, offered[2]]

    admin_client.post(change_url(step), step_form(menu, name="Account") | choices(*rows))

    step.refresh_from_db()
    assert step.name == "Account"
    assert list(step.choices.values_list("value", "target")) == [("invalid", end.pk)]


def test_an_exit_may_be_written_as_the_pages_show_it(menu: Menu, admin_client: Client) -> None:
    end = Step.objects.create(menu=menu, key="bye", kind="hangup", config={})
    step = Step.objects.create(menu=menu, key="account", kind="gather", config={})
    written = ("No input", "wrong entries", "ocupado")
    rows = [{"match": "exit", "value": value, "target": end.pk} for value in written]

    admin_client.post(change_url(step), step_form(menu) | choices(*rows))

    found = set(step.choices.values_list("value", flat=True))
    assert found == {"no_input", "invalid", "ocupado"}
