"""A step's form: the fields of its kind, for a new step too, and back to the menu when saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin.steps.test_steps import choices
from tests.factories import make_menu
from voicegather.models import Calendar, Choice, Menu, Prompt, Step

ADD = reverse("admin:voicegather_step_add")


@pytest.fixture
def menu(db: None) -> Menu:
    return make_menu()


@pytest.fixture
def prompts(db: None) -> dict[str, Prompt]:
    return {key: Prompt.objects.create(key=key, name=key.title()) for key in ("ask", "again")}


def change_url(step: Step, query: str = "") -> str:
    return reverse("admin:voicegather_step_change", args=[step.pk]) + query


def add_url(menu: Menu, kind: str, query: str = "") -> str:
    return f"{ADD}?menu={menu.pk}&kind={kind}{query}"


def make_step(menu: Menu, kind: str = "gather", **config: Any) -> Step:
    return Step.objects.create(menu=menu, key="account", kind=kind, config=config)


def posted(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send from the page at `url`, with `changes`."""
    page = client.get(url)
    data: dict[str, Any] = choices()
    form = page.context["adminform"].form
    for bound in form:
        value = bound.value()
        if isinstance(value, list):
            data |= {f"{bound.html_name}_{index}": each for index, each in enumerate(value)}
            data.setdefault(f"{bound.html_name}_0", "")
        elif value is True:
            data[bound.html_name] = "on"
        elif value is not False:
            data[bound.html_name] = "" if value is None else str(value)
    for each in form.row_sets:
        prefix = each.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return data | changes


def names_of(client: Client, url: str) -> set[str]:
    return set(client.get(url).context["adminform"].form.fields)


# ---- choosing a kind ----------------------------------------------------------------------


def test_a_new_step_begins_with_its_kind(menu: Menu, admin_client: Client) -> None:
    page = admin_client.get(f"{ADD}?menu={menu.pk}&from=menu").content.decode()

    assert "What does the step do?" in page
    assert f'href="?menu={menu.pk}&amp;from=menu&amp;kind=ai_gather"' in page
    assert "Asks a question that the caller answers with keys." in page


@pytest.mark.parametrize("kind", ["dance", "", "%00", "x" * 3000])
def test_a_kind_that_is_none_is_asked_for_again(
    kind: str, menu: Menu, admin_client: Client
) -> None:
    page = admin_client.get(add_url(menu, kind)).content.decode()

    assert "What does the step do?" in page


def test_a_new_step_has_the_fields_of_its_kind_alone(menu: Menu, admin_client: Client) -> None:
    transfer = names_of(admin_client, add_url(menu, "transfer"))
    gather = names_of(admin_client, add_url(menu, "gather"))

    assert {"setting_to", "setting_caller_id", "setting_prompt"} <= transfer
    assert "setting_maximum_digits" in gather - transfer
    assert "config" not in transfer | gather
    assert "sensitivity" in gather - transfer


def test_a_new_ai_gather_shows_its_fields_as_rows_at_once(menu: Menu, admin_client: Client) -> None:
    page = admin_client.get(add_url(menu, "ai_gather"))

    sets = page.context["adminform"].form.row_sets
    assert "fields" in [each.setting.name for each in sets]
    assert 'name="rows-fields-0-name"' in page.content.decode()


def test_a_new_step_has_a_free_key_and_stands_last(menu: Menu, admin_client: Client) -> None:
    form = admin_client.get(add_url(menu, "gather")).context["adminform"].form
    assert (form["key"].value(), form["position"].value()) == ("gather_1", 0)
    assert form["is_entry"].value() is True

    Step.objects.create(menu=menu, key="gather_1", kind="gather", position=4, is_entry=True)

    form = admin_client.get(add_url(menu, "gather")).context["adminform"].form
    assert (form["key"].value(), form["position"].value()) == ("gather_2", 5)
    assert form["is_entry"].value() is False


def test_a_new_step_is_saved_with_its_settings_and_choices_at_once(
    menu: Menu, prompts: dict[str, Prompt], admin_client: Client
) -> None:
    end = Step.objects.create(menu=menu, key="end", kind="hangup")
    url = add_url(menu, "gather", "&from=menu")
    row = {"match": "digits", "value": "1", "target": end.pk}
    data = posted(admin_client, url, setting_prompt=prompts["ask"].pk, setting_maximum_digits="4")

    response = admin_client.post(url, data | choices(row))

    step = Step.objects.get(key="gather_1")
    assert step.config == {"prompt": "ask", "maximum_digits": 4}
    assert [(each.step, each.target) for each in Choice.objects.all()] == [(step, end)]
    assert (
        response["Location"] == reverse("admin:voicegather_menu_change", args=[menu.pk]) + "#steps"
    )


def test_another_kind_keeps_the_settings_that_it_has_too(
    menu: Menu, prompts: dict[str, Prompt], admin_client: Client
) -> None:
    step = make_step(menu, "gather", prompt="ask", maximum_digits=4)
    assert "What does the step do?" in admin_client.get(change_url(step, "?kind=")).content.decode()
    url = change_url(step, "?kind=message")

    assert "setting_maximum_digits" not in names_of(admin_client, url)
    admin_client.post(url, posted(admin_client, url, kind="message"))

    step.refresh_from_db()
    assert (step.kind, step.config) == ("message", {"prompt": "ask"})


# ---- settings as fields -------------------------------------------------------------------


def test_saving_what_is_shown_changes_nothing(
    menu: Menu, prompts: dict[str, Prompt], admin_client: Client
) -> None:
    config = {
        "prompt": "ask",
        "no_input_prompts": ["again", "ask", "again"],
        "maximum_digits": 16,
        "terminator": "",
        "type_ahead": "flush",
        "speak_secret": False,
    }
    step = make_step(menu, **config)

    response = admin_client.post(change_url(step), posted(admin_client, change_url(step)))

    step.refresh_from_db()
    assert response.status_code == 302
    assert step.config == config


def test_settings_are_changed_and_defaults_are_not_written(
    menu: Menu, prompts: dict[str, Prompt], admin_client: Client
) -> None:
    step = make_step(menu, "ai_gather", fields=[{"name": "a", "description": "b"}], greeting="ask")
    rows = {
        "rows-fields-TOTAL_FORMS": "1",
        "rows-fields-INITIAL_FORMS": "1",
        "rows-fields-0-name": "a",
        "rows-fields-0-description": "b",
        "rows-fields-0-type": "string",
        "rows-fields-0-required": "on",
    }
    changes = {"setting_greeting": "", "setting_attempts": "3", "setting_instructions": "Be brief"}
    data = posted(admin_client, change_url(step), **changes, **rows)
    del data["setting_interruptible"]

    admin_client.post(change_url(step), data)

    step.refresh_from_db()
    assert step.config == {
        "fields": [{"name": "a", "description": "b"}],
        "attempts": 3,
        "instructions": "Be brief",
        "interruptible": False,
    }


@pytest.mark.parametrize(
    ("changes", "name", "complaint"),
    [
        ({"setting_maximum_digits": "129"}, "setting_maximum_digits", "less than or equal to 128"),
        ({"setting_maximum_digits": "many"}, "setting_maximum_digits", "Enter a whole number."),
        ({"setting_prompt": "999999"}, "setting_prompt", "not one of the available choices"),
        ({"setting_type_ahead": "never"}, "setting_type_ahead", "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    changes: dict[str, str], name: str, complaint: str, menu: Menu, admin_client: Client
) -> None:
    step = make_step(menu)

    page = admin_client.post(change_url(step), posted(admin_client, change_url(step), **changes))

    assert complaint in str(page.context["adminform"].form.errors[name])
    step.refresh_from_db()
    assert step.config == {}


def test_what_a_kind_requires_is_asked_for_at_its_field(menu: Menu, admin_client: Client) -> None:
    url = add_url(menu, "transfer")

    page = admin_client.post(url, posted(admin_client, url))

    assert page.context["adminform"].form.errors == {"setting_to": ["This field is required."]}
    assert not Step.objects.exists()


def test_calendars_and_menus_are_chosen_from_a_list(menu: Menu, admin_client: Client) -> None:
    calendar = Calendar.objects.create(key="hours", name="Office hours")
    branch = make_step(menu, "branch")

    page = admin_client.get(change_url(branch)).content.decode()
    assert "Office hours (hours)" in page
    data = posted(admin_client, change_url(branch), setting_calendar=str(calendar.pk))
    admin_client.post(change_url(branch), data)

    branch.refresh_from_db()
    assert branch.config == {"calendar": "hours"}


def test_what_fields_cannot_show_stays_as_json(menu: Menu, admin_client: Client) -> None:
    step = make_step(menu, maximum_digits="four", promt="x", prompt=7)

    page = admin_client.get(change_url(step))

    form = page.context["adminform"].form
    assert form.initial["config"] == {"maximum_digits": "four", "promt": "x", "prompt": 7}
    assert "setting_maximum_digits" not in form.fields
    assert "setting_minimum_digits" in form.fields
    admin_client.post(
        change_url(step), posted(admin_client, change_url(step), config='{"prompt": "ask"}')
    )
    step.refresh_from_db()
    assert step.config == {"prompt": "ask"}


def test_settings_that_are_no_mapping_are_shown_and_not_lost(
    menu: Menu, admin_client: Client
) -> None:
    step = Step.objects.create(menu=menu, key="account", kind="gather", config=["odd"])
    data = posted(admin_client, change_url(step), config='["odd"]')

    page = admin_client.post(change_url(step), data).content.decode()

    assert "Write a JSON object" in page
    step.refresh_from_db()
    assert step.config == ["odd"]


def test_a_setting_is_written_in_one_place(menu: Menu, admin_client: Client) -> None:
    step = make_step(menu, promt="x")
    changes = {"config": '{"maximum_digits": 5}', "setting_maximum_digits": "4"}

    page = admin_client.post(change_url(step), posted(admin_client, change_url(step), **changes))

    assert "write it in one place" in str(page.context["adminform"].form.errors)


# ---- prompts ------------------------------------------------------------------------------


def test_a_prompt_is_added_in_place_by_who_may(menu: Menu, as_staff: Callable[..., Client]) -> None:
    step = make_step(menu)
    may = ("view_step", "change_step", "view_prompt")
    link = 'id="add_id_setting_prompt"'

    assert link in as_staff(*may, "add_prompt").get(change_url(step)).content.decode()
    assert link not in as_staff(*may).get(change_url(step)).content.decode()


def test_a_stored_prompt_that_is_not_to_be_found_stays(menu: Menu, admin_client: Client) -> None:
    step = make_step(menu, prompt="lost", invalid_prompts=["gone"])

    assert "lost: not to be found" in admin_client.get(change_url(step)).content.decode()
    admin_client.post(change_url(step), posted(admin_client, change_url(step)))

    step.refresh_from_db()
    assert step.config == {"prompt": "lost", "invalid_prompts": ["gone"]}


def test_prompts_of_other_teams_are_not_offered(
    menu: Menu, as_staff: Callable[..., Client]
) -> None:
    theirs = Prompt.objects.create(key="theirs", team=Group.objects.create(name="theirs"))
    step = make_step(menu)
    client = as_staff("view_step", "change_step", "view_menu", "view_choice")

    assert "theirs" not in client.get(change_url(step)).content.decode()
    data = posted(client, change_url(step), setting_prompt=str(theirs.pk))
    page = client.post(change_url(step), data)

    assert "not one of the available choices" in page.content.decode()


def test_the_form_takes_as_many_queries_for_many_prompts(menu: Menu, admin_client: Client) -> None:
    step = make_step(menu)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(change_url(step))
        return len(captured)

    queries()
    few = queries()
    Prompt.objects.bulk_create(Prompt(key=f"p{number}") for number in range(200))
    assert queries() == few


# ---- back to where one came from ----------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "view"),
    [("menu", "voicegather_menu_change"), ("diagram", "voicegather_menu_diagram")],
)
def test_a_saved_step_leads_back(origin: str, view: str, menu: Menu, admin_client: Client) -> None:
    url = change_url(make_step(menu), f"?from={origin}")

    response = admin_client.post(url, posted(admin_client, url))

    assert response["Location"].partition("#")[0] == reverse(f"admin:{view}", args=[menu.pk])


@pytest.mark.parametrize("query", ["", "?from=https://www.example.com", "?from=//example.com"])
def test_no_other_address_is_led_to(query: str, menu: Menu, admin_client: Client) -> None:
    url = change_url(make_step(menu), query)

    response = admin_client.post(url, posted(admin_client, url))

    assert response["Location"] == reverse("admin:voicegather_step_changelist")


def test_who_goes_on_editing_still_comes_back(menu: Menu, admin_client: Client) -> None:
    step = make_step(menu)
    url = change_url(step, "?from=menu")
    data = posted(admin_client, url)

    on = admin_client.post(url, {**data, "_continue": "1"})
    another = admin_client.post(url, {**data, "_addanother": "1"})

    assert on["Location"] == url
    assert another["Location"] == f"{ADD}?from=menu"


def test_another_teams_menu_offers_no_steps_to_lead_to(
    as_staff: Callable[..., Client],
) -> None:
    theirs = make_menu("theirs", team=Group.objects.create(name="theirs"))
    Step.objects.create(menu=theirs, key="theirs_step", kind="hangup")
    client = as_staff("add_step", "view_step", "add_choice", "view_choice")

    page = client.get(add_url(theirs, "gather")).content.decode()

    assert "theirs_step" not in page
    assert "choices-TOTAL_FORMS" not in page


@pytest.mark.parametrize("menu_id", ["x", "9" * 40, "%00", "999999", "-1"])
def test_a_menu_that_is_none_opens_an_empty_form(menu_id: str, admin_client: Client) -> None:
    assert admin_client.get(f"{ADD}?menu={menu_id}&kind=gather").status_code == 200
