from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
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
from voicegather.models import Calendar, Export, GatherResult, Menu, PhoneNumber

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
def as_member(teams: dict[str, Menu], staff: Staff) -> Callable[..., Client]:
    """A client logged in as somebody of `ours` with the permissions named."""

    def log_in(*permissions: str) -> Client:
        user = staff(*permissions)
        user.groups.add(Group.objects.get(name="ours"))
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def member(as_member: Callable[..., Client]) -> Client:
    return as_member(
        "view_menu",
        "change_menu",
        "view_call",
        "view_gatherresult",
        "view_gatherattempt",
        "add_phonenumber",
        "view_phonenumber",
        "export_gatherresult",
    )


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


LISTS = (
    "calendar",
    "call",
    "choice",
    "gatherresult",
    "menu",
    "menuversion",
    "phonenumber",
    "prompt",
    "step",
)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_neither_other_teams_nor_their_menus(
    name: str, teams: dict[str, Menu], as_member: Callable[..., Client]
) -> None:
    PhoneNumber.objects.create(number="+13125550100", menu=teams["theirs"])
    PhoneNumber.objects.create(number="+13125550101", menu=teams["ours"])
    url = reverse(f"admin:voicegather_{name}_changelist")

    page = as_member(f"view_{name}").get(url).content.decode()

    assert "ours" in page.lower()
    assert "theirs" not in page.lower()


@pytest.mark.parametrize(("term", "found"), [("our", 1), ("their", 0)])
def test_a_number_is_found_by_the_name_of_a_menu_of_own_teams_only(
    term: str, found: int, teams: dict[str, Menu], member: Client
) -> None:
    PhoneNumber.objects.create(number="+13125550100", menu=teams["theirs"])
    PhoneNumber.objects.create(number="+13125550101", menu=teams["ours"])

    response = member.get(reverse("admin:voicegather_phonenumber_changelist"), {"q": term})

    assert response.context["cl"].result_count == found


def test_a_number_keeps_the_menu_that_its_editor_may_not_see(
    teams: dict[str, Menu], as_member: Callable[..., Client]
) -> None:
    number = PhoneNumber.objects.create(number="+13125550100", menu=teams["theirs"])
    url = reverse("admin:voicegather_phonenumber_change", args=[number.pk])
    editor = as_member("change_phonenumber", "view_menu")

    page = editor.get(url).content.decode()
    editor.post(url, {"number": number.number, "connection": "default", "name": "Desk", "menu": ""})

    number.refresh_from_db()
    assert "Theirs" not in page
    assert (number.name, number.menu) == ("Desk", teams["theirs"])


def test_a_number_can_be_taken_from_a_menu_that_its_editor_sees(
    teams: dict[str, Menu], as_member: Callable[..., Client]
) -> None:
    number = PhoneNumber.objects.create(number="+13125550100", menu=teams["ours"])
    url = reverse("admin:voicegather_phonenumber_change", args=[number.pk])

    as_member("change_phonenumber").post(
        url, {"number": number.number, "connection": "default", "menu": ""}
    )

    number.refresh_from_db()
    assert number.menu is None


def test_only_their_owner_and_superusers_see_exports(
    as_member: Callable[..., Client], admin_client: Client
) -> None:
    client = as_member("view_export")
    owner = get_user_model().objects.get(pk=client.session["_auth_user_id"])
    own = Export.objects.create(shape="long", format="csv", owner=owner)
    for other in (get_user_model().objects.get(is_superuser=True), None):
        Export.objects.create(shape="long", format="csv", owner=other)
    url = reverse("admin:voicegather_export_changelist")

    assert list(client.get(url).context["cl"].result_list) == [own]
    assert admin_client.get(url).context["cl"].result_count == 3


def test_the_page_of_anothers_export_does_not_open(as_member: Callable[..., Client]) -> None:
    export = Export.objects.create(shape="long", format="csv")
    url = reverse("admin:voicegather_export_change", args=[export.pk])

    assert as_member("view_export").get(url).status_code == 302


def test_a_team_that_owns_anything_is_not_deleted_and_so_nothing_becomes_everyones(
    admin_client: Client,
) -> None:
    team = Group.objects.create(name="Front desk")
    menu = Menu.objects.create(slug="desk", name="Desk", team=team)

    page = admin_client.post(f"/admin/auth/group/{team.pk}/delete/", {"post": "yes"})

    menu.refresh_from_db()
    assert menu.team == team
    assert "would require deleting the following protected related objects" in page.content.decode()


@pytest.mark.parametrize("kind", ["menu", "calendar"])
def test_a_number_of_another_team_keeps_what_it_leads_to_and_is_not_named(
    kind: str, as_member: Callable[..., Client]
) -> None:
    led_to = {"menu": make_menu("led-to"), "calendar": Calendar.objects.create(key="led_to")}
    number = PhoneNumber.objects.create(number="+13125550177", **{kind: led_to[kind]})
    url = reverse(f"admin:voicegather_{kind}_delete", args=[led_to[kind].pk])
    member = as_member(f"view_{kind}", f"delete_{kind}", "delete_phonenumber")
    assert "0177" in member.get(url).content.decode()
    number.team = Group.objects.get(name="theirs")
    number.save()

    for page in (member.get(url), member.post(url, {"post": "yes"})):
        assert "something of another team" in page.content.decode()
        assert "0177" not in page.content.decode()
    assert PhoneNumber.objects.get() == number
