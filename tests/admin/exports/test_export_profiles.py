"""Profiles of columns, and schedules, on their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.factories import make_menu, make_version
from voicegather.models import ExportProfile, ExportSchedule

pytestmark = pytest.mark.django_db
ADD = reverse("admin:voicegather_exportprofile_add")
SCHEDULE = {
    "name": "Nightly",
    "is_active": "on",
    "every": "day",
    "weekday": "0",
    "at": "06:00",
    "shape": "wide",
    "format": "csv",
    "reviews": "any",
}


@pytest.fixture
def writer(as_staff: Callable[..., Client]) -> Client:
    return as_staff(
        *("view_exportprofile", "add_exportprofile", "change_exportprofile"),
        *("export_gatherresult", "add_exportschedule", "change_exportschedule"),
        "view_exportschedule",
    )


def columns(*rows: tuple[str, str], name: str = "Answers", shape: str = "wide") -> dict[str, Any]:
    """A profile's form, with these keys and headings."""
    form: dict[str, Any] = {
        "name": name,
        "shape": shape,
        "columns-TOTAL_FORMS": len(rows),
        "columns-INITIAL_FORMS": 0,
    }
    for number, (key, heading) in enumerate(rows):
        form[f"columns-{number}-position"] = number
        form[f"columns-{number}-key"] = key
        form[f"columns-{number}-heading"] = heading
    return form


def test_a_profile_is_saved_with_its_columns_in_order(writer: Client) -> None:
    make_version(make_menu(), {"account": {}})

    writer.post(ADD, columns(("clinic/account.digits", "Account"), ("caller", "")))

    found = ExportProfile.objects.get().columns.values_list("position", "key", "heading")
    assert list(found) == [(0, "clinic/account.digits", "Account"), (1, "caller", "")]


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([], "Choose at least one column."),
        ([("caller", "Who"), ("called", "Who")], "Two columns have the heading “Who”"),
        ([("caller", "called"), ("called", "")], "Two columns have the heading “called”"),
        ([("digits", "")], "“digits” is no column of this shape"),
        ([("nonsense", "")], "Select a valid choice."),
        ([("caller", "a\nb")], "A heading is one line of printable characters."),
        ([("caller", "x\0")], "Null characters are not allowed."),
        ([("caller", "x" * 201)], "at most 200 characters"),
    ],
)
def test_columns_that_cannot_be_are_told_in_place(
    writer: Client, rows: list[tuple[str, str]], complaint: str
) -> None:
    page = writer.post(ADD, columns(*rows)).content.decode()

    assert complaint in page
    assert 'value="Answers"' in page
    assert not ExportProfile.objects.exists()


def test_steps_of_other_teams_menus_are_no_columns(writer: Client) -> None:
    theirs = Group.objects.create(name="theirs")
    make_version(make_menu("shop", team=theirs), {"order": {}})

    assert "shop/order.digits" not in writer.get(ADD).content.decode()


def test_a_schedule_belongs_to_who_made_it_and_is_planned(writer: Client) -> None:
    response = writer.post(reverse("admin:voicegather_exportschedule_add"), SCHEDULE)

    assert response.status_code == 302
    schedule = ExportSchedule.objects.get()
    assert schedule.owner == User.objects.get(pk=writer.session["_auth_user_id"])
    assert schedule.next_at is not None


def test_a_schedule_takes_no_columns_of_the_other_shape(writer: Client) -> None:
    profile = ExportProfile.objects.create(name="Answers", shape="long")

    page = writer.post(
        reverse("admin:voicegather_exportschedule_add"), {**SCHEDULE, "profile": profile.pk}
    )

    assert "These columns are those of" in page.content.decode()
    assert not ExportSchedule.objects.exists()


def test_anothers_schedule_can_be_seen_by_the_team_and_changed_by_its_owner_alone(
    writer: Client, as_staff: Callable[..., Client]
) -> None:
    team = Group.objects.create(name="ours")
    owner = User.objects.create_user("owner")
    shared = ExportSchedule.objects.create(
        name="Nightly", owner=owner, at="06:00", shape="wide", format="csv", team=team
    )
    url = reverse("admin:voicegather_exportschedule_change", args=[shared.pk])
    assert writer.get(url).status_code == 302

    User.objects.get(pk=writer.session["_auth_user_id"]).groups.add(team)

    assert writer.get(url).status_code == 200
    assert writer.post(url, SCHEDULE).status_code == 403
