"""One incident while it lasts: opened once, kept through pauses, closed by itself, told of once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.services.alerts.building import HALF_MINUTE, MINUTE, NOW, look, only, told
from voicegather.models import AlertDelivery, Incident, IncidentKind
from voicegather.services import alerts, moments
from voicegather.services.alerts.announcing import announce
from voicegather.services.alerts.evaluating import evaluate
from voicegather.services.alerts.sighting import Sighting, Watch

KIND = IncidentKind.EVENTS_DEAD
BAD, FAINT = Sighting(details={"events": 3}), Sighting(details={"events": 1}, opens=False)

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_opened_once_and_told_of_once_while_it_lasts(by_mail: None) -> None:
    for turn in range(5):
        look(KIND, BAD, at=NOW + turn * HALF_MINUTE)

    assert (only().count, only().opened_at) == (5, NOW)
    assert only().last_seen_at == NOW + 4 * HALF_MINUTE
    assert told() == [("opened", "ops@example.com")]


def test_a_cause_that_comes_and_goes_makes_one_incident(by_mail: None) -> None:
    for minute in range(40):
        seen = [BAD] if minute % 8 == 0 else []
        look(KIND, *seen, at=NOW + minute * MINUTE)

    assert only().is_open
    assert told() == [("opened", "ops@example.com")]


def test_it_closes_when_nothing_was_seen_for_ten_minutes_and_that_is_told(by_mail: None) -> None:
    look(KIND, BAD, at=NOW)
    look(KIND, at=NOW + MINUTE)
    look(KIND, at=NOW + 10 * MINUTE)
    assert only().is_open
    look(KIND, at=NOW + 11 * MINUTE)

    assert only().closed_at == NOW + 11 * MINUTE
    assert [news for news, _place in told()] == ["opened", "closed"]
    look(KIND, BAD, at=NOW + 20 * MINUTE)
    assert Incident.objects.count() == 2
    assert [news for news, _place in told()] == ["opened", "closed", "opened"]


def test_what_is_too_faint_opens_nothing_and_keeps_open() -> None:
    look(KIND, FAINT, at=NOW)
    assert not Incident.objects.exists()
    look(KIND, BAD, at=NOW)
    for minute in range(1, 30):
        look(KIND, FAINT, at=NOW + minute * MINUTE)

    assert (only().is_open, only().details) == (True, {"events": 1})


def test_a_watch_that_breaks_closes_nothing_and_keeps_no_other_from_looking() -> None:
    look(KIND, BAD, at=NOW)

    def breaks(moment: object, known: object) -> list[Sighting]:
        raise ValueError("somebody entered 4711")

    broken = Watch(KIND, HALF_MINUTE, breaks)
    other = Watch(IncidentKind.JOBS_FAIL, HALF_MINUTE, lambda moment, known: [Sighting("export")])
    evaluate((broken, other), NOW + timedelta(hours=1))

    assert Incident.objects.filter(closed_at=None).count() == 2


@pytest.mark.services
def test_two_clocks_open_one_incident_and_queue_one_message(by_mail: None) -> None:
    ready = threading.Barrier(2)

    def seen(moment: object, known: object) -> list[Sighting]:
        ready.wait(10)
        return [BAD]

    def clock() -> None:
        try:
            evaluate((Watch(KIND, HALF_MINUTE, seen),), NOW)
            ready.wait(10)
            announce(NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=clock) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert only().is_open
    assert told() == [("opened", "ops@example.com")]


def test_many_at_once_are_told_of_in_one_message(by_mail: None) -> None:
    look(KIND, *(Sighting(str(number)) for number in range(4)), at=NOW)
    assert told() == [("digest", "ops@example.com")]
    assert AlertDelivery.objects.get().incidents.count() == 4


def test_nobody_is_told_of_what_is_muted_until_the_mute_ends(by_mail: None) -> None:
    user = User.objects.create_user("lead")
    now = moments.now()
    look(KIND, BAD, at=now - timedelta(hours=2))
    look(KIND, at=now - timedelta(hours=2))
    muted = alerts.mute(only(), until=now + timedelta(hours=1), by=user, reason="We know.")
    look(KIND, at=now - timedelta(hours=1))
    AlertDelivery.objects.all().delete()

    look(KIND, BAD, at=now)
    assert told() == []
    assert alerts.unmute(muted)
    look(KIND, BAD, at=moments.now())
    assert told() == [("opened", "ops@example.com")]


def test_who_acknowledges_first_has_it() -> None:
    first, second = (User.objects.create_user(name) for name in ("first", "second"))
    look(KIND, BAD, at=NOW)

    assert alerts.acknowledge(only(), by=first, note=" On it. ")
    assert not alerts.acknowledge(only(), by=second, note="Me, too.")
    assert (only().acknowledged_by, only().note) == (first, "On it.")
    for note in ("x" * 2001, "a\0b", "\ud800"):
        with pytest.raises(alerts.AlertError):
            alerts.acknowledge(only(), by=first, note=note)


def test_what_was_acknowledged_before_anybody_was_told_is_not_told(settings: object) -> None:
    look(KIND, BAD, at=NOW)
    alerts.acknowledge(only(), by=User.objects.create_user("lead"))
    settings.VOICEGATHER = {"ALERT_EMAILS": ["ops@example.com"]}  # type: ignore[attr-defined]
    look(KIND, BAD, at=NOW + MINUTE)
    assert told() == []
