"""What is taken for wrong, and what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_call, make_menu
from tests.services.alerts.building import MINUTE, NOW, calls
from voicegather.models import (
    AlertDelivery,
    Calendar,
    CallCommand,
    CallEvent,
    Export,
    Incident,
    JobFailure,
    Lease,
    PhoneNumber,
)
from voicegather.sealing import seal
from voicegather.services import tallying
from voicegather.services.alerts.sighting import OFTEN, SELDOM, Sighting, watches

pytestmark = pytest.mark.django_db


def seen(kind: str, at: Any = NOW, known: dict[str, Incident] | None = None) -> list[Sighting]:
    (watch,) = [each for gap in (OFTEN, SELDOM) for each in watches(gap) if each.kind == kind]
    return list(watch.look(at, known or {}))


def event(number: int, **fields: Any) -> CallEvent:
    row = {"source": "telnyx", "external_id": str(number), "event_type": "call.hangup"}
    return CallEvent.objects.create(
        **row, **{"occurred_at": NOW, "received_at": NOW, "call_control_id": "leg"} | fields
    )


def command(**fields: Any) -> CallCommand:
    return CallCommand.objects.create(
        **{
            "call": make_call(),
            "seq": 1,
            "command_id": uuid4(),
            "action": "speak",
            "sealed_params": seal({}),
            "created_at": NOW - MINUTE,
            "status": "failed",
            "http_status": 422,
            "code": "10015",
        }
        | fields
    )


def test_a_menu_fails_when_enough_of_enough_calls_did() -> None:
    bad, small, well = (make_menu(name) for name in ("bad", "small", "well"))
    calls(bad, 3, ended=NOW - MINUTE, outcome="failed")
    calls(bad, 7, ended=NOW - MINUTE, outcome="completed")
    calls(bad, 90, ended=NOW - 31 * MINUTE, outcome="completed")
    calls(small, 2, ended=NOW - MINUTE, outcome="failed")
    calls(well, 1, ended=NOW - MINUTE, outcome="failed")
    calls(well, 99, ended=NOW - MINUTE, outcome="caller_hung_up")
    calls(well, 50, ended=NOW - MINUTE, outcome="failed", is_test=True)

    found = {each.label: each for each in seen("menu_fails")}
    assert {label: each.opens for label, each in found.items()} == {"Bad": True, "Small": False}
    assert found["Bad"].details == {"failed": 3, "calls": 10, "minutes": 30}
    assert found["Bad"].menu_id == bad.pk


def test_dead_events_are_seen_for_a_day() -> None:
    event(1, status="dead", received_at=NOW - timedelta(hours=25))
    assert seen("events_dead") == []
    event(2, status="dead")
    assert seen("events_dead")[0].details == {"events": 1, "more": False}


def test_commands_for_calls_that_had_ended_are_no_failure() -> None:
    for _each in range(4):
        command()
    assert seen("commands_fail") == []
    for _each in range(6):
        command()
    command(code="90018")
    command(created_at=NOW - 16 * MINUTE)
    (found,) = seen("commands_fail")
    assert (found.opens, found.details["commands"], found.details["code"]) == (True, 10, "10015")


def test_a_refused_key_stays_refused_until_a_command_is_taken() -> None:
    second = make_call(connection="second")
    command(http_status=401, call=second)
    command(status="accepted", http_status=200)
    (found,) = seen("key_refused")
    assert (found.subject, found.details["status"]) == ("second", 401)

    known = {"second": Incident(subject="second", details=found.details)}
    assert [each.subject for each in seen("key_refused", NOW + 600 * MINUTE, known)] == ["second"]
    command(status="accepted", http_status=200, call=second, seq=2, created_at=NOW)
    assert seen("key_refused", NOW + 600 * MINUTE, known) == []


def test_work_that_waits_is_seen_with_its_queue() -> None:
    event(1, received_at=NOW - timedelta(seconds=40))
    event(2, received_at=NOW - timedelta(hours=9), error="Traceback")
    Export.objects.create(shape="long", format="csv", not_before=NOW - 31 * MINUTE)
    Export.objects.create(
        shape="long", format="csv", not_before=NOW - 99 * MINUTE, failure="Full: later."
    )
    assert [(each.subject, each.details["seconds"]) for each in seen("queue_lags")] == [
        ("events", 40),
        ("queue:voicegather.background", 31 * 60),
    ]


def test_a_queue_is_unserved_when_no_worker_was_there_for_a_while(settings: Any) -> None:
    assert seen("queue_unserved") == []
    settings.VOICEGATHER = {"DISPATCH": "celery"}
    assert [each.subject for each in seen("queue_unserved")] == ["voicegather.calls"]
    lease = Lease.objects.create(name="queue:voicegather.calls", owner="w", until=NOW)
    assert seen("queue_unserved") == []
    Lease.objects.filter(pk=lease.pk).update(until=NOW - MINUTE)
    assert [each.subject for each in seen("queue_unserved")] == ["voicegather.calls"]


def test_failed_jobs_signatures_and_messages_are_seen() -> None:
    JobFailure.objects.create(kind="export", job=1, at=NOW - MINUTE)
    JobFailure.objects.create(kind="export", job=2, at=NOW - timedelta(hours=2))
    (found,) = seen("jobs_fail")
    assert (found.subject, found.label, found.details) == ("export", "exports", {"jobs": 1})

    tallying.add("webhooks", "signature", 50, bucket=NOW - 10 * MINUTE)
    assert [each.opens for each in seen("signatures_bad")] == [True]
    assert seen("signatures_bad", NOW + timedelta(hours=1)) == []

    message = {"channel": "webhook", "target": "ab", "shown_target": "hooks.example.com"}
    done = {"news": "opened", "finished_at": NOW - MINUTE}
    AlertDelivery.objects.create(**message, **done, state="failed")
    assert [each.label for each in seen("delivery_fails")] == ["hooks.example.com"]
    AlertDelivery.objects.create(**message, **done | {"finished_at": NOW}, state="done")
    assert seen("delivery_fails") == []


def history(number: PhoneNumber, weeks: int, **fields: Any) -> None:
    """Fifteen calls in the hour, so many weeks in a row before."""
    for week in range(1, weeks + 1):
        for minute in range(15):
            at = NOW - timedelta(weeks=week, minutes=minute)
            make_call(number=number, started_at=at, **fields)


def test_a_busy_number_on_which_nobody_calls_is_seen() -> None:
    quiet, new, used, off = (
        PhoneNumber.objects.create(number=f"+1312555010{last}", is_active=last != 3)
        for last in range(4)
    )
    for number in (quiet, used, off):
        history(number, 3)
    history(new, 2)
    history(new, 4, is_test=True)
    make_call(number=used, started_at=NOW - MINUTE)

    (found,) = seen("number_silent")
    assert (found.number_id, found.details) == (quiet.pk, {"minutes": 60, "usual": 15})
    assert seen("number_silent", NOW + timedelta(hours=5)) == []


def test_a_number_that_is_closed_is_not_expected_to_ring() -> None:
    closed = make_menu("closed")
    hours = {"tuesday": [["09:00", "18:00"]]}
    calendar = Calendar.objects.create(key="office", zone="UTC", weekly=hours)
    number = PhoneNumber.objects.create(
        number="+13125550100", menu=closed, calendar=calendar, closed_menu=closed
    )
    history(number, 4)
    assert len(seen("number_silent")) == 1
    Calendar.objects.update(exceptions={"2026-03-03": {"name": "Feast", "hours": []}})
    assert seen("number_silent") == []


def test_looking_takes_as_many_queries_whatever_is_stored() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for gap in (OFTEN, SELDOM):
                for watch in watches(gap):
                    list(watch.look(NOW, {}))
        return len(captured)

    def trouble(number: int) -> None:
        calls(make_menu(f"menu{number}"), 12, ended=NOW - MINUTE, outcome="failed")
        history(PhoneNumber.objects.create(number=f"+1312555010{number}"), 3)
        event(number, status="dead")
        command()
        JobFailure.objects.create(kind="export", job=number, at=NOW)

    trouble(1)
    few = queries()
    for number in range(2, 6):
        trouble(number)
    assert queries() == few
