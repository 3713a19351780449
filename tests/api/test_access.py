"""Who may ask: logged in, with Django's permissions, and not too often."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import override_settings
from rest_framework.authtoken.models import Token

from tests.api.conftest import ROOT, Api, Asking
from tests.factories import make_call, make_menu, make_result, make_version, make_visit
from voicegather.models import Calendar, Menu, PhoneNumber, Prompt, Recording

LISTS = {
    "menus": "view_menu",
    "prompts": "view_prompt",
    "numbers": "view_phonenumber",
    "calendars": "view_calendar",
    "calls": "view_call",
    "results": "view_gatherresult",
    "recordings": "listen_recording",
}


@pytest.mark.parametrize("path", ["", "schema/", *(f"{name}/" for name in LISTS)])
def test_strangers_are_asked_who_they_are(path: str, db: None) -> None:
    answer = Asking().ask("get", path)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Token"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "not_authenticated",
        "detail": "Authentication credentials were not provided.",
    }


def test_a_token_of_the_site_opens_it(user: Callable[..., User]) -> None:
    token = Token.objects.create(user=user("view_menu"))

    answer = Asking().ask("get", "menus/", HTTP_AUTHORIZATION=f"Token {token.key}")

    assert answer.status_code == 200


@pytest.mark.parametrize("token", ["wrong", "\0", "", "a b", "é"])
def test_another_token_opens_nothing(token: str, db: None) -> None:
    answer = Asking().ask("get", "menus/", HTTP_AUTHORIZATION=f"Token {token}")

    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


def test_without_tokens_in_the_site_sessions_are_left(db: None, settings: object) -> None:
    apps = [each for each in settings.INSTALLED_APPS if each != "rest_framework.authtoken"]  # type: ignore[attr-defined]
    with override_settings(INSTALLED_APPS=apps):
        assert Asking().ask("get", "menus/").status_code == 403


def test_a_session_needs_the_sites_token_against_forgery(user: Callable[..., User]) -> None:
    client = Asking(enforce_csrf_checks=True)
    client.force_login(user("add_prompt"))

    answer = client.ask("post", "prompts/", {"key": "welcome"})

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert not Prompt.objects.exists()


@pytest.mark.parametrize(("name", "permission"), LISTS.items())
def test_reading_takes_the_permission_to_view(name: str, permission: str, api: Api) -> None:
    others = [each for each in LISTS.values() if each != permission]

    assert api(permission).ask("get", f"{name}/").status_code == 200
    assert api(*others).ask("get", f"{name}/").status_code == 403


def test_who_may_change_something_may_see_it(api: Api) -> None:
    assert api("change_prompt").ask("get", "prompts/").status_code == 200


WRITES = [
    ("post", "prompts/", "add_prompt"),
    ("put", "prompts/welcome/", "change_prompt"),
    ("patch", "prompts/welcome/", "change_prompt"),
    ("delete", "prompts/welcome/", "delete_prompt"),
    ("post", "numbers/", "add_phonenumber"),
    ("put", "numbers/1/", "change_phonenumber"),
    ("patch", "numbers/1/", "change_phonenumber"),
    ("delete", "numbers/1/", "delete_phonenumber"),
    ("post", "menus/clinic/publish/", "publish_menu"),
]


@pytest.mark.parametrize(("method", "path", "permission"), WRITES)
def test_writing_takes_its_own_permission(
    method: str, path: str, permission: str, api: Api
) -> None:
    others = {each for _, _, each in WRITES} | set(LISTS.values())

    assert api(*others - {permission}).ask(method, path, {}).status_code == 403
    assert api(permission).ask(method, path, {}).status_code in (400, 404)


@pytest.fixture
def three(db: None) -> dict[str, Menu]:
    """A menu of the team `ours`, one of `theirs`, and one of nobody, with all that hangs on it."""
    menus = {}
    for index, name in enumerate(("ours", "theirs", "open")):
        team = None if name == "open" else Group.objects.create(name=name)
        menu = menus[name] = make_menu(name, team=team)
        visit = make_visit(make_call(version=make_version(menu)))
        make_result(visit, name)
        Recording.objects.create(call=visit.call, visit=visit)
        Prompt.objects.create(key=name, team=team)
        Calendar.objects.create(key=name, team=team)
        PhoneNumber.objects.create(number=f"+1312555010{index}", team=team, menu=menu)
    return menus


@pytest.mark.parametrize("name", LISTS)
def test_lists_leave_out_what_belongs_to_other_teams(
    name: str, three: dict[str, Menu], api: Api
) -> None:
    answer = api(*LISTS.values(), teams=("ours",)).ask("get", f"{name}/")

    assert len(answer.json()["results"]) == 2
    assert "theirs" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "menus/theirs/",
        "menus/theirs/document/",
        "menus/theirs/versions/",
        "menus/theirs/versions/1/",
        "prompts/theirs/",
        "calendars/theirs/",
    ],
)
def test_what_belongs_to_another_team_is_not_there(
    path: str, three: dict[str, Menu], api: Api
) -> None:
    permissions = (*LISTS.values(), "view_menuversion")

    assert api(*permissions, teams=("ours",)).ask("get", path).status_code == 404
    assert api(*permissions, teams=("theirs",)).ask("get", path).status_code == 200


def test_a_superuser_sees_every_team(three: dict[str, Menu], as_superuser: Asking) -> None:
    assert len(as_superuser.ask("get", "menus/").json()["results"]) == 3


def test_who_asks_too_often_is_told_when_to_come_again(api: Api, settings: object) -> None:
    settings.VOICEGATHER = {"API_THROTTLE": "2/min"}  # type: ignore[attr-defined]
    client = api("view_menu")

    answers = [client.ask("get", "menus/") for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "throttled"
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60


def test_each_user_is_counted_alone(api: Api, settings: object) -> None:
    settings.VOICEGATHER = {"API_THROTTLE": "1/min"}  # type: ignore[attr-defined]

    assert [api("view_menu").ask("get", "menus/").status_code for _ in range(2)] == [200, 200]


def test_an_empty_rate_is_no_limit(api: Api, settings: object) -> None:
    settings.VOICEGATHER = {"API_THROTTLE": ""}  # type: ignore[attr-defined]
    client = api("view_menu")

    assert {client.ask("get", "menus/").status_code for _ in range(3)} == {200}


def test_staff_get_pages_in_a_browser_and_others_do_not(api: Api, as_superuser: Asking) -> None:
    browser = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}
    make_menu("clinic", name="<b>Clinic</b>")

    page = as_superuser.get(f"{ROOT}menus/", **browser)
    plain = api("view_menu").get(f"{ROOT}menus/", **browser)

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "&lt;b&gt;Clinic" in page.content.decode()
    assert "<b>Clinic" not in page.content.decode()
    assert plain.headers["Content-Type"] == "application/json"


def test_a_page_of_a_problem_is_a_page(as_superuser: Asking) -> None:
    page = as_superuser.get(f"{ROOT}menus/none/", HTTP_ACCEPT="text/html")

    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_the_root_leads_to_everything(as_superuser: Asking) -> None:
    links = as_superuser.ask("get").json()

    assert list(links) == [*LISTS, "schema"]
    assert {as_superuser.get(link).status_code for link in links.values()} == {200}
