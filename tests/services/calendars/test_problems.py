from __future__ import annotations

from typing import Any

import pytest

from voicegather.models import Calendar
from voicegather.services.calendars import calendar_problems


def problems(**columns: Any) -> list[str]:
    return list(calendar_problems(Calendar(key="desk", **columns)))


def test_a_calendar_as_the_help_texts_show_it_is_fine() -> None:
    assert (
        problems(
            zone="America/Chicago",
            weekly={"monday": [["08:00", "12:00"], ["13:00", "24:00"]]},
            exceptions={"2026-12-25": {"name": "Christmas", "hours": [], "exit": "holiday"}},
        )
        == []
    )


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "America"])
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    assert problems(zone=zone) == [
        f"“{zone}” is not a time zone: write one such as America/Chicago"
    ]


@pytest.mark.parametrize(
    ("weekly", "start"),
    [
        ([], "weekly hours must map days to windows"),
        ({"mon": []}, "“mon” is not a day of the week: write monday to sunday"),
        ({"monday": "8-12"}, "monday: write windows as "),
        ({"monday": [["8:00", "12:00"]]}, "monday: ['8:00', '12:00'] is not a window; "),
        ({"monday": [["08:00"]]}, "monday: ['08:00'] is not a window; "),
        ({"monday": [["08:00", "25:00"]]}, "monday: ['08:00', '25:00'] is not a window; "),
        (
            {"monday": [["22:00", "22:00"]]},
            "monday: ['22:00', '22:00'] ends when it begins; a whole day is 00:00 to 24:00",
        ),
        ({"monday": [["24:00", "06:00"]]}, "monday: ['24:00', '06:00'] is not a window; "),
        ({"monday": [["08:00", "09:00"]] * 13}, "monday: a day has 12 windows at most"),
    ],
)
def test_weekly_hours_that_cannot_be_read_are_refused(weekly: Any, start: str) -> None:
    (problem,) = problems(weekly=weekly)

    assert problem.startswith(start)


@pytest.mark.parametrize(
    ("exceptions", "start"),
    [
        ([], "exceptions must map dates to hours"),
        ({"25.12.2026": {}}, "“25.12.2026” is not a date: write it like 2026-12-25"),
        ({"20261225": {}}, "“20261225” is not a date"),
        ({"2026-12-25": []}, "2026-12-25: write {"),
        ({"2026-12-25": {"open": True}}, "2026-12-25: write {"),
        ({"2026-12-25": {"exit": 1}}, "2026-12-25: name and exit must be text"),
        ({"2026-12-25": {"hours": [[]]}}, "2026-12-25: [] is not a window; "),
    ],
)
def test_exceptions_that_cannot_be_read_are_refused(exceptions: Any, start: str) -> None:
    (problem,) = problems(exceptions=exceptions)

    assert problem.startswith(start)
