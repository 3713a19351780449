"""The pages of analytics: what they show, to whom, and what they say to odd addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import Menu, MenuVersion
from voicegather.services.analytics import Versions, count_hour, day_of, hour_of, put_together

ALL = reverse("admin:voicegather_menu_analytics_all")
STEPS = {"account": {"edges": []}, "told": {"kind": "message", "success": True}}


def url_of(menu: Menu, query: str = "") -> str:
    return reverse("admin:voicegather_menu_analytics", args=[menu.pk]) + query


def call(version: MenuVersion, *, reached: bool, days_ago: int = 0, choice: str = "1") -> None:
    """A call of a caller who chose something, was told or not, and hung up."""
    at = timezone.now() - timedelta(days=days_ago, minutes=5)
    made = make_call(
        version=version,
        started_at=at,
        ended_at=at + timedelta(seconds=30),
        phase="ended",
        outcome="caller_hung_up",
    )
    visit = make_visit(made, exit=choice, left_at=at + timedelta(seconds=12))
    make_attempt(visit)
    make_attempt(visit, "1")
    make_result(visit, "1", choice=choice)
    if reached:
        make_visit(made, "told", entered_at=visit.left_at)
    count_hour(hour_of(at), Versions())
    put_together(day_of(at))


@pytest.fixture
def version(db: None) -> MenuVersion:
    return make_version(make_menu(), STEPS)


@pytest.fixture
def analyst(db: None, client: Client) -> Client:
    user = get_user_model().objects.create_user("analyst", is_staff=True)
    may = Permission.objects.filter(
        content_type__app_label="voicegather", codename__in=["view_menu", "view_analytics"]
    )
    user.user_permissions.set(may)
    client.force_login(user)
    return client


def numbers(page: Any) -> dict[str, tuple[str, str]]:
    return {each.name: (each.value, each.change) for each in page.context["headlines"]}


def test_the_head_tells_of_the_days_and_of_those_before(
    version: MenuVersion, analyst: Client
) -> None:
    for days_ago, reached in ((0, True), (0, True), (1, False), (8, True), (8, False)):
        call(version, reached=reached, days_ago=days_ago)

    page = analyst.get(url_of(version.menu))

    assert numbers(page) == {
        "calls": ("3", "+50 %"),
        "containment": ("66.7 %", "+16.7 points"),
        "drop_off": ("33.3 %", "−16.7 points"),
        "transfer_rate": ("0.0 %", "±0.0 points"),
        "no_input_rate": ("50.0 %", "±0.0 points"),
        "invalid_rate": ("0.0 %", "±0.0 points"),
    }
    first, _second = page.context["steps"]
    assert (first.counts.calls, first.counts.dropped, first.top_values) == (3, 1, [("1", 3)])
    assert first.median_seconds == pytest.approx(10, rel=0.05)


def test_versions_are_shown_apart_and_side_by_side(version: MenuVersion, analyst: Client) -> None:
    second = make_version(version.menu, STEPS)
    call(version, reached=False)
    call(second, reached=True)

    page = analyst.get(url_of(version.menu, "?version=2&with=1"))

    assert numbers(page)["calls"][0] == "1"
    (_label, containment, worth) = page.context["compared"][0]
    assert (containment.one, containment.other, containment.difference) == (1.0, 0.0, 1.0)
    assert worth == "Too few calls to tell."


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?since=2026-03-02&until=2026-03-01", "The range is backwards"),
        ("?since=2020-01-01&until=2026-03-01", "the most is 366"),
        ("?since=%00&until=2026-03-01", "is not a date"),
        ("?since=%F0%9F%98%80", "is not a date"),
        ("?until=9999-12-31", "is out of reach"),
        ("?since=0001-01-01", "is out of reach"),
    ],
)
def test_days_that_cannot_be_shown_get_a_message_and_the_usual_ones(
    version: MenuVersion, analyst: Client, query: str, told: str
) -> None:
    for url in (url_of(version.menu), ALL):
        page = analyst.get(url + query)

        assert told in page.context["asked"].problem
        assert page.context["asked"].days.days == 7


@pytest.mark.parametrize("query", ["?version=9", "?version=x", "?with=-1", "?version=²"])
def test_a_version_that_is_not_there_is_not_found(
    version: MenuVersion, analyst: Client, query: str
) -> None:
    assert analyst.get(url_of(version.menu, query)).status_code == 404


@pytest.mark.parametrize("name", ["days", "hours", "steps", "ways", "values", "comparison"])
def test_each_table_comes_as_a_file(version: MenuVersion, analyst: Client, name: str) -> None:
    call(version, reached=True, choice="=1+1")

    file = analyst.get(url_of(version.menu, f"?days=today&version=1&with=1&csv={name}"))

    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert len(file.content.decode().splitlines()) >= 2
    assert not {"=1+1"} & set(file.content.decode().replace("\n", ",").split(","))


def test_menus_are_sorted_by_what_is_asked_for(version: MenuVersion, analyst: Client) -> None:
    worse = make_version(make_menu("worse"), STEPS)
    make_version(make_menu("silent"), STEPS)
    for _ in range(2):
        call(version, reached=True)
    call(worse, reached=False)

    by_calls = analyst.get(ALL).context["rows"]
    by_containment = analyst.get(ALL + "?by=containment").context["rows"]
    file = analyst.get(ALL + "?by=containment&csv=menus").content.decode()

    assert [menu.slug for menu, _ in by_calls] == ["clinic", "worse"]
    assert [menu.slug for menu, _ in by_containment] == ["worse", "clinic"]
    assert [line.split(",")[0] for line in file.splitlines()] == ["menu", "worse", "clinic"]


def test_only_who_may_sees_them_and_no_other_teams(version: MenuVersion, analyst: Client) -> None:
    call(version, reached=True)
    Menu.objects.update(team=Group.objects.create(name="others"))

    assert analyst.get(url_of(version.menu)).status_code == 404
    assert analyst.get(ALL).context["rows"] == []

    Menu.objects.update(team=None)
    user = get_user_model().objects.get(username="analyst")
    user.user_permissions.remove(Permission.objects.get(codename="view_analytics"))
    assert analyst.get(url_of(version.menu)).status_code == 403
    assert analyst.get(ALL).status_code == 403


def test_a_step_that_is_gone_keeps_its_numbers(version: MenuVersion, analyst: Client) -> None:
    call(version, reached=True)
    make_version(version.menu, {"account": {}})
    call(version.menu.live_version, reached=False)

    steps = analyst.get(url_of(version.menu)).context["steps"]

    assert [(step.key, step.counts.calls, step.kind) for step in steps] == [
        ("account", 2, "Gather digits"),
        ("told", 1, ""),
    ]
