"""Exports that are made again every day or week."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import override_settings

from tests.factories import make_attempt, make_call, make_result, make_version, make_visit
from tests.services.exports.conftest import content, run
from voicegather.models import Export, ExportSchedule, Menu
from voicegather.services.exports import scheduled
from voicegather.services.exports.scheduled import next_time, plan, start_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("small_parts")]
#: A Monday.
DUE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def left_to_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs in the background; the site is in UTC."""
    monkeypatch.setattr(scheduled.jobs, "start", lambda export: None)


def schedule_of(owner: Any, **fields: Any) -> ExportSchedule:
    defaults = {"name": "Nightly", "at": time(6), "shape": "wide", "format": "csv", "next_at": DUE}
    return ExportSchedule.objects.create(owner=owner, **defaults | fields)


@override_settings(TIME_ZONE="UTC")
def test_each_day_is_exported_once_however_many_clocks_there_are(analyst: Any) -> None:
    schedule = schedule_of(analyst)
    stale = ExportSchedule.objects.get()

    start_due(DUE)
    start_due(DUE)
    scheduled._start(stale, DUE)

    assert [(each.due_at, each.schedule) for each in Export.objects.all()] == [(DUE, schedule)]
    assert ExportSchedule.objects.get().next_at == DUE + timedelta(days=1)


@override_settings(TIME_ZONE="UTC")
def test_days_without_a_clock_are_made_up_for_one_by_one(analyst: Any) -> None:
    schedule_of(analyst)

    for _turn in range(5):
        start_due(DUE + timedelta(days=2))

    found = Export.objects.order_by("due_at").values_list("due_at", flat=True)
    assert list(found) == [DUE, DUE + timedelta(days=1), DUE + timedelta(days=2)]


@override_settings(TIME_ZONE="UTC")
def test_it_is_of_the_day_before_and_where_its_schedule_says(analyst: Any, clinic: Menu) -> None:
    version = make_version(clinic, {"account": {}})
    for day, value in ((28, "1"), (1, "2"), (2, "3")):
        month = 2 if day == 28 else 3
        at = datetime(2026, month, day, 5, tzinfo=UTC)
        visit = make_visit(make_call(version=version, started_at=at))
        make_attempt(visit, value)
        make_result(visit, value)
    schedule = schedule_of(analyst, menu=clinic)
    start_due(DUE)

    export = run(Export.objects.get())

    assert (export.state, export.rows) == ("done", 1)
    assert content(export).decode().splitlines()[1].endswith(",2")
    folder = f"voicegather/exports/scheduled/{schedule.pk}/2026-03-02_"
    assert export.file.name.startswith(folder)


@override_settings(TIME_ZONE="UTC")
def test_a_day_without_calls_is_a_file_with_a_header(analyst: Any) -> None:
    schedule_of(analyst)
    start_due(DUE)

    export = run(Export.objects.get())

    assert (export.state, export.rows) == ("done", 0)
    assert content(export).startswith(b"call,started,")


@override_settings(TIME_ZONE="UTC")
def test_an_owner_who_may_not_export_any_more_is_told_and_nothing_is_written(
    analyst: Any,
) -> None:
    schedule_of(analyst)
    analyst.user_permissions.clear()
    start_due(DUE)

    export = run(Export.objects.get())

    assert export.state == "failed"
    assert export.failure.startswith("The schedule’s owner may not export any more")


@override_settings(TIME_ZONE="Europe/Berlin")
@pytest.mark.parametrize(
    ("fields", "after", "due"),
    [
        ({}, "2026-03-02T04:59+00:00", "2026-03-02T05:00+00:00"),
        ({}, "2026-03-02T05:00+00:00", "2026-03-03T05:00+00:00"),
        # Summer time begins on the 29th of March.
        ({}, "2026-03-28T12:00+00:00", "2026-03-29T04:00+00:00"),
        ({"every": "week", "weekday": 2}, "2026-03-02T12:00+00:00", "2026-03-04T05:00+00:00"),
        ({"every": "week", "weekday": 0}, "2026-03-02T12:00+00:00", "2026-03-09T05:00+00:00"),
    ],
)
def test_the_time_is_the_one_on_the_sites_wall(fields: Any, after: str, due: str) -> None:
    schedule = ExportSchedule(at=time(6), **fields)

    assert next_time(schedule, datetime.fromisoformat(after)) == datetime.fromisoformat(due)


def test_a_changed_schedule_is_planned_anew(analyst: Any) -> None:
    schedule = schedule_of(analyst)

    plan(schedule)

    assert ExportSchedule.objects.get().next_at > DUE
