"""Calls that staff place: with a published menu, or to themselves with a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import line
from tests.factories import make_menu
from voicegather.models import Call, Menu, PhoneNumber, Step
from voicegather.sealing import unseal

AsStaff = Callable[..., Client]
PLACE = "/admin/voicegather/call/place/"
TO = "+13125550123"


@pytest.fixture(autouse=True)
def connected(settings: Any, monkeypatch: pytest.MonkeyPatch) -> line.Wire:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "TELNYX_CONNECTION_ID": "1"}
    return line.connect(monkeypatch)


@pytest.fixture
def menu(transactional_db: None) -> Menu:
    return line.publish_by_hand().menu


@pytest.fixture
def caller(as_staff: AsStaff) -> Client:
    return as_staff("view_call", "place_call", "view_menu")


def form(menu: Menu, /, *variables: tuple[str, str], **fields: Any) -> dict[str, Any]:
    posted = {
        "menu": menu.pk,
        "to": TO,
        "number": PhoneNumber.objects.values_list("pk", flat=True).first() or "",
        "language": "",
        "timeout_seconds": 25,
        "rows-variables-TOTAL_FORMS": len(variables),
        "rows-variables-INITIAL_FORMS": 0,
    }
    for index, (name, value) in enumerate(variables):
        posted |= {f"rows-variables-{index}-name": name, f"rows-variables-{index}-value": value}
    return posted | fields


def test_a_call_is_placed_and_its_page_opens(menu: Menu, caller: Client) -> None:
    posted = form(menu, ("plan", "gold"), ("", ""), to="+1 (312) 555-0123", detect_machine="on")

    response = caller.post(PLACE, posted)

    call = Call.objects.get()
    assert response.url == reverse("admin:voicegather_call_change", args=[call.pk])  # type: ignore[attr-defined]
    assert (call.caller, call.called, call.menu, call.direction) == (
        TO,
        line.NUMBER,
        menu,
        "outbound",
    )
    assert call.placed_by_id == int(caller.session["_auth_user_id"])
    assert unseal(call.sealed_state)["variables"]["plan"]["value"] == "gold"


@pytest.mark.parametrize(
    ("fields", "name", "complaint"),
    [
        ({"to": ""}, "to", "This field is required."),
        ({"to": "+4420"}, "to", "This is no number that can be rung"),
        ({"to": "sip:desk@pbx.example.com"}, "to", "may not be rung: list"),
        ({"timeout_seconds": 3}, "timeout_seconds", "greater than or equal to 5"),
        ({"timeout_seconds": 700}, "timeout_seconds", "less than or equal to 600"),
        ({"language": "fr-FR"}, "language", "This version speaks en-US only."),
        ({"number": 99}, "number", "Select a valid choice."),
        ({"menu": 99}, "menu", "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nobody_is_rung(
    fields: dict[str, Any], name: str, complaint: str, menu: Menu, caller: Client
) -> None:
    page = caller.post(PLACE, form(menu, ("plan", "gold"), **fields))

    assert complaint in str(page.context["form"].errors[name])
    assert 'value="gold"' in page.content.decode()
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ([("plan", "gold"), ("plan", "tin")], "There is a row of this name already."),
        ([("", "gold")], "This field is required."),
        ([("1st", "gold")], "Name variables with 1 to 50 letters, digits and underscores"),
    ],
)
def test_variables_that_cannot_be_are_said_in_their_table(
    variables: list[tuple[str, str]], complaint: str, menu: Menu, caller: Client
) -> None:
    page = caller.post(PLACE, form(menu, *variables)).content.decode()

    assert "Look at the variables below." in page
    assert complaint in page
    assert not Call.objects.exists()


# -- what the menu says that a call may bring ---------------------------------------------------

DECLARED = [{"name": "customer", "default": "there", "help": "First name"}, {"name": "plan"}]


@pytest.fixture
def declaring(menu: Menu) -> Menu:
    """The menu in a version that expects calls to bring something."""
    assert menu.live_version is not None
    menu.live_version.document["variables"] = DECLARED
    menu.live_version.save()
    return menu


def test_a_menus_variables_stand_in_the_table_with_their_defaults(
    declaring: Menu, caller: Client
) -> None:
    page = caller.get(f"{PLACE}?menu={declaring.pk}")

    assert page.context["form"].variables.formset.initial == [
        {"name": "customer", "value": "there"},
        {"name": "plan", "value": ""},
    ]
    text = page.content.decode()
    assert 'name="rows-variables-0-name" value="customer"' in text
    assert "<code>customer</code></dt><dd>First name" in text


@pytest.mark.parametrize("menu_of", ["", "x", "0", "99999999999999999999", "%00"])
def test_without_a_menu_of_ones_own_the_table_is_empty(
    menu_of: str, declaring: Menu, caller: Client
) -> None:
    page = caller.get(f"{PLACE}?menu={menu_of}")

    assert page.status_code == 200
    assert page.context["form"].variables.formset.initial == []


def test_another_teams_menu_tells_nothing_of_its_variables(declaring: Menu, caller: Client) -> None:
    Menu.objects.update(team=Group.objects.create(name="theirs"))

    assert b"customer" not in caller.get(f"{PLACE}?menu={declaring.pk}").content


def test_a_form_that_comes_back_keeps_what_was_typed_and_tells_what_it_means(
    declaring: Menu, caller: Client
) -> None:
    page = caller.post(PLACE, form(declaring, ("customer", "Ada"), to="")).content.decode()

    assert 'value="Ada"' in page
    assert 'value="there"' not in page
    assert "First name" in page


def test_what_the_menu_does_not_declare_is_brought_all_the_same(
    declaring: Menu, caller: Client
) -> None:
    caller.post(PLACE, form(declaring, ("customer", "Ada"), ("other", "kept")))

    brought = unseal(Call.objects.get().sealed_state)["variables"]
    assert {name: each["value"] for name, each in brought.items()} == {
        "customer": "Ada",
        "other": "kept",
    }


def test_the_variables_of_a_menu_cost_one_query(declaring: Menu, caller: Client) -> None:
    caller.get(PLACE)
    with CaptureQueriesContext(connection) as without:
        caller.get(PLACE)
    with CaptureQueriesContext(connection) as chosen:
        caller.get(f"{PLACE}?menu={declaring.pk}")

    assert len(chosen) == len(without) + 1


def test_a_site_that_cannot_place_calls_says_what_is_missing(
    menu: Menu, caller: Client, settings: Any
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "TELNYX_CONNECTION_ID": ""}

    page = caller.post(PLACE, form(menu)).content.decode()

    assert "No calls can be placed yet: set VOICEGATHER" in page


def test_a_site_without_numbers_says_so(menu: Menu, caller: Client) -> None:
    PhoneNumber.objects.update(is_active=False)

    assert "has no active number to call from" in caller.get(PLACE).content.decode()


def test_menus_and_numbers_of_other_teams_are_not_offered(menu: Menu, caller: Client) -> None:
    theirs = Group.objects.create(name="theirs")
    Menu.objects.update(team=theirs)
    PhoneNumber.objects.update(team=theirs)

    page = caller.get(PLACE)

    assert list(page.context["form"].fields["menu"].queryset) == []
    assert list(page.context["form"].fields["number"].queryset) == []


def test_a_menu_without_a_live_version_is_not_offered(menu: Menu, caller: Client) -> None:
    draft = make_menu("draft")

    assert draft not in caller.get(PLACE).context["form"].fields["menu"].queryset


def test_who_may_not_place_calls_sees_no_button_and_is_refused(
    menu: Menu, as_staff: AsStaff
) -> None:
    client = as_staff("view_call", "view_menu", "change_menu")
    draft = reverse("admin:voicegather_menu_call_me", args=[menu.pk])

    for url in (
        reverse("admin:voicegather_call_changelist"),
        reverse("admin:voicegather_menu_change", args=[menu.pk]),
    ):
        page = client.get(url).content.decode()
        assert PLACE not in page
        assert draft not in page
    assert client.get(PLACE).status_code == 403
    assert client.post(PLACE, form(menu)).status_code == 403
    assert client.post(draft, form(menu)).status_code == 403


def test_the_list_and_the_menu_lead_to_the_form(menu: Menu, caller: Client) -> None:
    calls = caller.get(reverse("admin:voicegather_call_changelist")).content.decode()
    page = caller.get(reverse("admin:voicegather_menu_change", args=[menu.pk])).content.decode()

    assert f'href="{PLACE}"' in calls
    assert f'href="{PLACE}?menu={menu.pk}"' in page
    assert caller.get(f"{PLACE}?menu={menu.pk}").context["form"]["menu"].value() == str(menu.pk)
    assert caller.get(f"{PLACE}?menu=x").status_code == 200


def test_a_form_that_is_sent_twice_rings_once(menu: Menu, caller: Client) -> None:
    shown = caller.get(PLACE).context["form"]["act_id"].value()
    for _ in range(2):
        response = caller.post(PLACE, form(menu, act_id=str(shown)))
        assert response.url == reverse(  # type: ignore[attr-defined]
            "admin:voicegather_call_change", args=[Call.objects.get().pk]
        )


def test_a_draft_calls_whoever_edits_it_and_remembers_the_number(
    menu: Menu, caller: Client
) -> None:
    draft = make_menu("draft")
    Step.objects.create(menu=draft, key="bye", kind="hangup", is_entry=True)
    url = reverse("admin:voicegather_menu_call_me", args=[draft.pk])

    response = caller.post(url, form(draft))

    call = Call.objects.get()
    assert response.status_code == 302, response.context["form"].errors
    assert (call.menu, call.caller) == (draft, TO)
    draft.refresh_from_db()
    assert draft.live_version is None
    assert caller.get(url).context["form"]["to"].value() == TO


def test_a_draft_with_errors_says_what_to_mend(menu: Menu, caller: Client) -> None:
    draft = make_menu("draft")

    page = caller.post(reverse("admin:voicegather_menu_call_me", args=[draft.pk]), form(draft))

    assert len(page.context["form"].non_field_errors()) >= 2
    assert not Call.objects.exists()


def test_a_draft_of_another_team_is_not_found(menu: Menu, caller: Client) -> None:
    draft = make_menu("draft", team=Group.objects.create(name="theirs"))
    url = reverse("admin:voicegather_menu_call_me", args=[draft.pk])

    assert caller.get(url).status_code == 404
    assert caller.get("/admin/voicegather/menu/x/call-me/").status_code == 404
