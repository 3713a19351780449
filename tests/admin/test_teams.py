from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.factories import (
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import GatherResult, Menu, PhoneNumber

Staff = Callable[..., User]


@pytest.fixture
def teams(db: None) -> dict[str, Menu]:
    """A menu of the team `ours`, one of `theirs`, and one of nobody, each with a result."""
    owners = {name: Group.objects.create(name=name) for name in ("ours", "theirs")}
    menus = {}
    for name in ("ours", "theirs", "open"):
        menu = menus[name] = make_menu(name, team=owners.get(name))
        visit = make_visit(make_call(version=make_version(menu)))
        make_attempt(visit, "1")
        make_result(visit, name)
    return menus


@pytest.fixture
def member(teams: dict[str, Menu], staff: Staff) -> Client:
    user = staff(
        "view_menu",
        "change_menu",
        "view_call",
        "view_gatherresult",
        "view_gatherattempt",
        "add_phonenumber",
        "view_phonenumber",
        "export_gatherresult",
    )
    user.groups.add(Group.objects.get(name="ours"))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", ["menu", "call", "gatherresult", "gatherattempt"])
def test_a_list_leaves_out_what_belongs_to_other_teams(name: str, member: Client) -> None:
    response = member.get(reverse(f"admin:voicegather_{name}_changelist"))

    assert response.context["cl"].result_count == 2


def test_the_page_of_another_teams_menu_does_not_open(
    teams: dict[str, Menu], member: Client
) -> None:
    url = reverse("admin:voicegather_menu_change", args=[teams["theirs"].pk])

    assert member.get(url).status_code == 302


def test_an_export_leaves_out_what_belongs_to_other_teams(member: Client) -> None:
    chosen = list(GatherResult.objects.values_list("pk", flat=True))
    url = reverse("admin:voicegather_gatherresult_changelist")

    response = member.post(url, {"action": "export_wide", "_selected_action": chosen})

    text = b"".join(response).decode()
    assert [word in text for word in ("ours", "open", "theirs")] == [True, True, False]


@pytest.mark.parametrize(("name", "status"), [("ours", 302), ("open", 302), ("theirs", 200)])
def test_a_number_can_be_given_to_menus_of_own_teams_only(
    name: str, status: int, teams: dict[str, Menu], member: Client
) -> None:
    form = {"number": "+13125550100", "connection": "default", "menu": teams[name].pk}

    response = member.post(reverse("admin:voicegather_phonenumber_add"), form)

    assert response.status_code == status
    assert PhoneNumber.objects.exists() == (status == 302)


def test_a_number_can_be_given_to_own_teams_only(member: Client) -> None:
    page = member.get(reverse("admin:voicegather_phonenumber_add")).content.decode()

    assert ">ours</option>" in page
    assert ">theirs</option>" not in page


def test_a_superuser_sees_every_team(teams: dict[str, Menu], admin_client: Client) -> None:
    response = admin_client.get(reverse("admin:voicegather_menu_changelist"))

    assert response.context["cl"].result_count == 3
