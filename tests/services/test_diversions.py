"""The emergency switch: which menu answers new calls, who may throw it, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.services.menus.building import line, load
from voicegather.models import Call, CallEvent, Diversion, Menu, PhoneNumber
from voicegather.sealing import seal
from voicegather.selectors.entries import Sight
from voicegather.selectors.timeline import timeline_of
from voicegather.services import moments
from voicegather.services.calls.binding import call_of_leg
from voicegather.services.diversions import (
    DiversionError,
    divert_numbers,
    end_diversion,
    end_overdue,
)
from voicegather.services.doctor.diversions import look_at_diversions
from voicegather.services.menus import publish_menu

pytestmark = pytest.mark.django_db(transaction=True)


def live(slug: str, **fields: Any) -> Menu:
    menu = load(line(menu=slug, name=slug.capitalize()))
    Menu.objects.filter(pk=menu.pk).update(**fields)
    publish_menu(menu=menu)
    menu.refresh_from_db()
    return menu


@pytest.fixture
def own() -> Menu:
    menu = live("own")
    PhoneNumber.objects.create(number="+13125550100", menu=menu)
    return menu


@pytest.fixture
def emergency(own: Menu) -> Menu:
    return live("emergency")


@pytest.fixture
def warden() -> User:
    user = User.objects.create_user("warden", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="divert_numbers"))
    return user


def ring(leg: str = "leg", called: str = "+13125550100") -> Call:
    CallEvent.objects.create(
        source="telnyx",
        external_id=leg,
        call_control_id=leg,
        event_type="call.initiated",
        occurred_at=moments.now(),
        received_at=moments.now(),
        sealed=seal({}),
        payload={"from": "+13125550101", "to": called, "direction": "incoming"},
    )
    bound = call_of_leg(leg)
    assert bound is not None
    return Call.objects.get(pk=bound.pk)


def test_new_calls_go_to_the_emergency_menu_and_back(
    own: Menu, emergency: Menu, warden: User
) -> None:
    before = ring("before")
    diversion = divert_numbers(menu=emergency, reason="Fire alarm.", by=warden)
    during = ring("during")
    assert end_diversion(diversion, by=warden) is True
    assert end_diversion(diversion, by=warden) is False
    after = ring("after")

    assert [call.menu for call in (before, during, after)] == [own, emergency, own]
    assert [call.diversion for call in (before, during, after)] == [None, diversion, None]
    before.refresh_from_db()
    assert before.version == own.live_version
    diversion.refresh_from_db()
    assert diversion.ended_by == warden
    messages = list(LogEntry.objects.filter(user=warden).values_list("change_message", flat=True))
    assert messages == ["Ended the diversion.", "Diverted numbers. Fire alarm."]


def test_the_timeline_says_so(own: Menu, emergency: Menu, warden: User) -> None:
    divert_numbers(menu=emergency, reason="Fire.", by=warden)
    call = ring()
    CallEvent.objects.update(call=call)

    entries = timeline_of(call, sight=Sight.MASKED).entries
    assert entries[0].title.endswith(", diverted to “Emergency”")


def test_a_number_without_a_menu_is_diverted_and_one_that_nobody_owns_is_not(
    emergency: Menu, warden: User
) -> None:
    PhoneNumber.objects.create(number="+13125550102")
    divert_numbers(menu=emergency, reason="Fire.", by=warden)

    assert ring("a", "+13125550102").menu == emergency
    assert ring("b", "+13125550103").menu is None


def test_a_teams_own_comes_before_that_of_all_and_concerns_no_other(
    own: Menu, emergency: Menu, warden: User
) -> None:
    team = Group.objects.create(name="clinic")
    warden.groups.add(team)
    PhoneNumber.objects.create(number="+13125550102", menu=own, team=team)
    flood = live("flood")
    divert_numbers(menu=flood, reason="Flood.", by=warden, team=team)
    assert ring("a", "+13125550102").menu == flood
    assert ring("b").menu == own
    divert_numbers(menu=emergency, reason="Fire.", by=warden)
    assert ring("c", "+13125550102").menu == flood
    assert ring("d").menu == emergency


def test_it_ends_by_itself_and_another_can_begin(own: Menu, emergency: Menu, warden: User) -> None:
    first = divert_numbers(
        menu=emergency, reason="Fire.", by=warden, until=moments.now() + timedelta(hours=1)
    )
    Diversion.objects.update(until=moments.now() - timedelta(seconds=1))
    assert ring().menu == own

    divert_numbers(menu=emergency, reason="Again.", by=warden)

    first.refresh_from_db()
    assert (first.ended_at, first.ended_by) == (first.until, None)
    assert end_overdue(moments.now()) == 0


def test_what_cannot_be_is_refused_with_what_to_do(
    own: Menu, emergency: Menu, warden: User
) -> None:
    draft = load(line(menu="draft", name="Draft"))
    theirs = Group.objects.create(name="theirs")
    past = moments.now() - timedelta(seconds=1)

    def refusal(**fields: Any) -> str:
        with pytest.raises(DiversionError) as refused:
            divert_numbers(**{"menu": emergency, "reason": "Fire.", "by": warden, **fields})
        return str(refused.value)

    assert refusal(menu=draft) == "“Draft” is not live: publish it, or choose another menu."
    assert refusal(reason=" ") == "Say why, for those who come to work later."
    assert refusal(until=past) == "That end has passed: choose a later one, or none."
    assert refusal(team=theirs) == "You may not divert these numbers to this menu."
    assert refusal(by=User.objects.create_user("eve")).startswith("You may not divert")
    Menu.objects.filter(pk=own.pk).update(team=theirs)
    assert refusal(menu=own).startswith("You may not divert")
    Menu.objects.filter(pk=own.pk).update(team=None, archived_at=past)
    assert refusal(menu=own).startswith("“Own” is not live")
    assert not Diversion.objects.exists()
    diversion = divert_numbers(menu=emergency, reason="Fire.", by=warden)
    assert refusal() == "These numbers are diverted already: end that first."
    with pytest.raises(DiversionError, match="You may not end this"):
        end_diversion(diversion, by=User.objects.get(username="eve"))


def test_a_new_call_costs_one_query_more_whether_one_is_on_or_not(
    own: Menu, emergency: Menu, warden: User
) -> None:
    counts = []
    for leg in ("first", "off", "first on", "on"):
        if leg == "first on":
            divert_numbers(menu=emergency, reason="Fire.", by=warden)
        with CaptureQueriesContext(connection) as captured:
            ring(leg)
        counts.append(len(captured))
        asked = [each for each in captured if "voicegather_diversion" in each["sql"]]
        assert len([each for each in asked if each["sql"].startswith("SELECT")]) == 1
    assert counts[1] == counts[3]


def test_the_doctor_tells_of_it(own: Menu, emergency: Menu, warden: User) -> None:
    assert list(look_at_diversions()) == []
    divert_numbers(menu=emergency, reason="Fire.", by=warden)
    (told,) = look_at_diversions()

    assert told.verdict == "warning"
    assert told.detail == "new calls to every number go to the emergency menu “Emergency”"
