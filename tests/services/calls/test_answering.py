"""Which menu answers is decided when the call begins, by the number's calendar, and kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories import make_menu
from tests.line import NUMBER, connect, document, publish_by_hand, ring
from voicegather.models import Calendar, CalendarSwitch, PhoneNumber
from voicegather.services import moments

pytestmark = pytest.mark.django_db(transaction=True)

#: A Thursday, 10:00 in Chicago.
OPEN_AT = datetime(2026, 10, 8, 15, 0, tzinfo=UTC)


@pytest.fixture
def number(monkeypatch: pytest.MonkeyPatch) -> PhoneNumber:
    """A number with a menu for the hours of a calendar and one for all other times."""
    connect(monkeypatch)
    night = publish_by_hand(document(menu="night"), number="+13125550198").menu
    PhoneNumber.objects.get(number="+13125550198").delete()
    publish_by_hand()
    calendar = Calendar.objects.create(
        key="office",
        zone="America/Chicago",
        country="US",
        weekly={"thursday": [["08:00", "17:00"]]},
    )
    number = PhoneNumber.objects.get(number=NUMBER)
    number.calendar, number.closed_menu = calendar, night
    number.save()
    return number


def called_at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(moments, "now", lambda: moment)
    return ring()


def test_within_the_hours_the_menu_of_the_number_answers(
    number: PhoneNumber, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = called_at(OPEN_AT, monkeypatch)

    assert call.menu == number.menu
    assert call.opening == {"calendar": "office", "exit": "open", "rule": "weekly", "name": ""}


def test_outside_them_the_menu_for_closed_hours_answers(
    number: PhoneNumber, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = called_at(OPEN_AT.replace(hour=23), monkeypatch)

    assert (call.menu, call.version) == (number.closed_menu, number.closed_menu.live_version)
    assert call.opening == {"calendar": "office", "exit": "closed", "rule": "weekly", "name": ""}


def test_a_holiday_is_kept_by_its_name(
    number: PhoneNumber, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = called_at(datetime(2026, 11, 26, 16, tzinfo=UTC), monkeypatch)

    assert call.menu == number.closed_menu
    assert call.opening["rule"] == "holiday"
    assert call.opening["name"] == "Thanksgiving Day"


def test_an_exit_of_its_own_counts_as_closed(
    number: PhoneNumber, monkeypatch: pytest.MonkeyPatch
) -> None:
    CalendarSwitch.objects.create(
        calendar=number.calendar, exit="emergency", reason="Flood", since=OPEN_AT
    )

    call = called_at(OPEN_AT, monkeypatch)

    assert call.menu == number.closed_menu
    assert call.opening["exit"] == "emergency"
    assert (call.opening["rule"], call.opening["name"]) == ("switch", "Flood")


def test_a_calendar_that_cannot_be_read_counts_as_closed(
    number: PhoneNumber, monkeypatch: pytest.MonkeyPatch
) -> None:
    Calendar.objects.update(zone="Chicago")

    call = called_at(OPEN_AT, monkeypatch)

    assert call.menu == number.closed_menu
    assert call.opening == {"calendar": "office", "exit": "closed", "rule": "", "name": ""}


def test_a_number_without_a_calendar_has_one_menu(
    number: PhoneNumber, monkeypatch: pytest.MonkeyPatch
) -> None:
    PhoneNumber.objects.update(calendar=None, closed_menu=None)

    call = called_at(OPEN_AT.replace(hour=23), monkeypatch)

    assert (call.menu, call.opening) == (number.menu, None)


def test_a_closed_menu_that_is_not_published_is_no_menu(
    number: PhoneNumber, monkeypatch: pytest.MonkeyPatch
) -> None:
    PhoneNumber.objects.update(closed_menu=make_menu("draft"))

    call = called_at(OPEN_AT.replace(hour=23), monkeypatch)

    assert (call.menu, call.version) == (None, None)
