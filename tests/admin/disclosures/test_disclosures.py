"""The list of disclosures: found by who, what, when and whose call; changed by nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.factories import STARTED, make_call, make_menu, make_version
from voicegather.models import Call, Disclosure

LIST = reverse("admin:voicegather_disclosure_changelist")


def make_disclosure(call: Call, **fields: object) -> Disclosure:
    given = {
        "username": "ana",
        "kind": "value",
        "way": "admin",
        "reason": "Ticket 4711",
        "model": "call",
        "object_id": call.pk,
        "call": call,
        "menu": call.menu,
        "at": STARTED,
    }
    return Disclosure.objects.create(**given | fields)


@pytest.fixture
def call(db: None) -> Call:
    return make_call(version=make_version(make_menu(), {"pin": {}}))


def shown(client: Client, query: str = "") -> set[str]:
    page = client.get(f"{LIST}?{query}")
    assert page.status_code == 200
    return {row.username for row in page.context["cl"].result_list}


@pytest.mark.parametrize(
    "query",
    [
        "q=an",
        "q=%2B13125550101",
        "kind__exact=value",
        "way__exact=admin",
        "since=2026-03-01&until=2026-03-01",
        "call__id__exact={call}",
        "menu__id__exact={menu}",
    ],
)
def test_disclosures_are_found(query: str, call: Call, admin_client: Client) -> None:
    make_disclosure(call)
    elsewhere = make_call(caller="+13125550199", caller_e164="+13125550199")
    later = STARTED + timedelta(days=3)
    make_disclosure(elsewhere, username="ben", kind="transcript", way="api", at=later)

    assert shown(admin_client, query.format(call=call.pk, menu=call.menu_id)) == {"ana"}


def test_pages_follow_each_other_by_place(call: Call, admin_client: Client) -> None:
    for number in range(51):
        make_disclosure(call, username=f"user{number:02}", at=STARTED + timedelta(minutes=number))

    first = admin_client.get(LIST)
    second = admin_client.get(LIST + first.context["cl"].older_link)

    assert len(first.context["cl"].result_list) == 50
    assert [row.username for row in second.context["cl"].result_list] == ["user00"]


def test_those_of_erased_calls_stay_and_say_so(call: Call, admin_client: Client) -> None:
    record = make_disclosure(call)
    number = call.pk

    call.delete()

    assert f"erased ({number})" in admin_client.get(LIST).content.decode()
    page = admin_client.get(reverse("admin:voicegather_disclosure_change", args=[record.pk]))
    assert f"erased ({number})" in page.content.decode()


def test_other_teams_are_shown_nothing(call: Call, as_staff: Callable[..., Client]) -> None:
    make_disclosure(call)
    assert shown(as_staff("view_disclosure")) == {"ana"}

    assert call.menu is not None
    call.menu.team = Group.objects.create(name="Nurses")
    call.menu.save()

    assert shown(as_staff("view_disclosure")) == set()
    assert as_staff("view_call").get(LIST).status_code == 403
