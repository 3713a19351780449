"""Past calls chosen for a replay, and what came of it, on their pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import line as wire
from tests.services.replays.callers import call, lead, open_line, replay
from voicegather.models import Menu, Replay
from voicegather.services import jobs

pytestmark = pytest.mark.django_db

MAY = ("view_menu", "view_call")


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> wire.Wire:
    return wire.connect(monkeypatch)


@pytest.fixture
def menu() -> Menu:
    return open_line()


def staff(*permissions: str, name: str = "staff") -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def choosing(menu: Menu) -> str:
    return f"/admin/voicegather/menu/{menu.pk}/replays/"


def page_of(found: Replay) -> str:
    return f"/admin/voicegather/replay/{found.pk}/change/"


def start(client: Client, menu: Menu, **fields: Any) -> Any:
    return client.post(choosing(menu), {"most": "10000", "act": "start"} | fields)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_menus_page_leads_to_its_replays(menu: Menu) -> None:
    page = text_of(staff(*MAY).get(f"/admin/voicegather/menu/{menu.pk}/change/"))

    assert f'href="{choosing(menu)}"' in page


def test_without_calls_the_page_leads_to_a_test_call(menu: Menu) -> None:
    page = text_of(staff(*MAY, "change_menu").get(choosing(menu)))

    assert "No calls yet" in page
    assert f"/admin/voicegather/menu/{menu.pk}/test-call/" in page
    assert 'value="start"' not in page


def test_how_many_calls_match_is_said_before(menu: Menu) -> None:
    for _ in range(3):
        call(["2"])
    client = staff(*MAY)

    assert "3 calls match and would be replayed." in text_of(client.get(choosing(menu)))
    counted = client.post(choosing(menu), {"most": "2", "act": "count"})
    assert "2 calls match" in text_of(counted)
    assert not Replay.objects.exists()


def test_a_replay_is_started_followed_and_told(menu: Menu) -> None:
    call(["1", "123456", "4711"])
    made = call(["2"])
    lead(menu, "department", "2", "account")
    client = staff(*MAY)

    response = start(client, menu)

    found = Replay.objects.get()
    assert response["Location"] == page_of(found)
    assert "Waits for a worker." in text_of(client.get(page_of(found)))
    jobs.run_job(f"replay:{found.pk}")
    page = text_of(client.get(page_of(found)))
    assert "1 of 2 calls would go another way." in page
    assert "2 → bye" in page
    assert "2 → account … asks the caller something new" in page
    assert f'href="/admin/voicegather/call/{made.pk}/change/"' in page
    assert page.count("differs from here") == 2


def test_calls_that_all_go_their_way_are_told_so(menu: Menu) -> None:
    call(["2"])
    call(["1", "1", "4711"])

    page = text_of(staff(*MAY).get(page_of(replay(menu))))

    assert "All 2 calls would go the same way." in page
    assert "The draft has changed since." not in page


def test_a_draft_that_changed_since_is_told_with_the_same_choice_again(menu: Menu) -> None:
    call(["2"])
    found = replay(menu, most=7)
    lead(menu, "department", "2", "pin")

    page = text_of(staff(*MAY).get(page_of(found)))

    assert "The draft has changed since." in page
    assert f'href="{choosing(menu)}?most=7"' in page


def test_nothing_that_callers_entered_is_on_the_page(menu: Menu) -> None:
    call(["1", "987654", "4711"])
    lead(menu, "department", "1", "pin")

    page = text_of(staff(*MAY, "view_step").get(page_of(replay(menu))))

    assert "987654" not in page
    assert "4711" not in page


def test_the_diagram_marks_where_calls_part(menu: Menu) -> None:
    call(["2"])
    lead(menu, "department", "2", "pin")

    response = staff(*MAY, "view_step").get(page_of(replay(menu)))

    drawing = response.context["drawing"]
    marked = {node["title"]: node["problems"] for node in drawing["nodes"] if node["trouble"]}
    assert marked == {"department": ["1 call goes another way from here"]}
    changed = [edge["label"] for edge in drawing["edges"] if edge["role"] == "changed"]
    assert changed == ["2, 3 · 1 call"]


def test_a_draft_with_errors_says_what_to_mend(menu: Menu) -> None:
    call(["2"])
    menu.steps.filter(key="department").update(kind="message", config={})

    response = start(staff(*MAY), menu)

    assert response.status_code == 409
    assert "The draft has errors: mend them, then replay." in text_of(response)
    assert not Replay.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"most": "0"},
        {"most": "10001"},
        {"most": "many"},
        {"version": "999999999999999999999"},
        {"version": "1\0"},
        {"number": "x\0"},
        {"first_day": "yesterday"},
        {"first_day": "0001-01-01"},
        {"last_day": "9999-12-31"},
        {"first_day": "2026-02-02", "last_day": "2026-02-01"},
    ],
)
def test_what_cannot_be_chosen_is_said_beside_the_field(menu: Menu, fields: Any) -> None:
    call(["2"])

    response = start(staff(*MAY), menu, **fields)

    assert response.status_code == 400
    assert "errorlist" in text_of(response)
    assert not Replay.objects.exists()


def test_odd_addresses_are_pages_too(menu: Menu) -> None:
    call(["2"])
    client = staff(*MAY)

    for query in ("most=x", "version=%00", "first_day=9999-99-99", "most=9&most=10", "act=start"):
        assert client.get(f"{choosing(menu)}?{query}").status_code == 200
    assert not Replay.objects.exists()


@pytest.mark.parametrize("permissions", [(), ("view_menu",), ("view_call",)])
def test_who_may_not_see_calls_sees_no_replays(menu: Menu, permissions: tuple[str, ...]) -> None:
    call(["2"])
    found = replay(menu)
    client = staff(*permissions)

    assert client.get(choosing(menu)).status_code == 403
    assert start(client, menu).status_code == 403
    assert client.get(page_of(found)).status_code == 403
    assert client.get(f"/admin/voicegather/replay/{found.pk}/progress/").status_code == 403


def test_other_teams_replays_do_not_exist(menu: Menu) -> None:
    call(["2"])
    found = replay(menu)
    menu.team = Group.objects.create(name="Others")
    menu.save()
    client = staff(*MAY)

    assert client.get(choosing(menu)).status_code == 404
    assert start(client, menu).status_code == 404
    assert client.get(page_of(found)).status_code == 302
    assert client.get(f"/admin/voicegather/replay/{found.pk}/progress/").status_code == 404
    assert str(found.menu) not in text_of(client.get("/admin/voicegather/replay/"))


def test_one_deletes_ones_own_and_who_changes_menus_any(menu: Menu) -> None:
    call(["2"])
    found = replay(menu)
    delete = f"/admin/voicegather/replay/{found.pk}/delete/"
    stranger, manager = staff(*MAY), staff(*MAY, "change_menu", name="manager")

    assert stranger.post(delete, {"post": "yes"}).status_code == 403
    assert manager.post(delete, {"post": "yes"}).status_code == 302
    assert not Replay.objects.exists()


def test_one_stops_ones_own(menu: Menu) -> None:
    call(["2"])
    client, stranger = staff(*MAY), staff(*MAY, name="stranger")
    start(client, menu)
    found = Replay.objects.get()
    cancel = f"/admin/voicegather/replay/{found.pk}/cancel/"

    assert stranger.post(cancel).status_code == 403
    assert client.post(cancel).status_code == 302
    found.refresh_from_db()
    assert found.state == "cancelled"
    assert "Stopped." in text_of(client.get(page_of(found)))


def test_earlier_replays_are_listed_with_their_result(menu: Menu) -> None:
    call(["2"])
    found = replay(menu)
    client = staff(*MAY)

    page = text_of(client.get(choosing(menu)))

    assert f'href="{page_of(found)}"' in page
    assert "0 of 1 another way" in page
    assert page_of(found) in text_of(client.get("/admin/voicegather/replay/"))


def test_queries_do_not_depend_on_groups_and_calls(menu: Menu) -> None:
    client = staff(*MAY, "view_step")

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        return len(found)

    call(["2"])
    lead(menu, "department", "2", "pin")
    lead(menu, "department", "1", "pin")
    few = replay(menu)
    counted = queries(choosing(menu)), queries(page_of(few))
    for deeds in (["1", "12", "4711"], ["1", "13", "4711"], ["2"], ["2"]):
        call(deeds)
    many = replay(menu)
    replay(menu)
    assert len(many.groups) == 2

    assert (queries(choosing(menu)), queries(page_of(many))) == counted
