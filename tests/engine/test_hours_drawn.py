"""Opening hours of every kind against an oracle that looks at every minute by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from voicegather.engine.hours import WEEKDAYS, Day, Hours, Rule, Switch, Window

MINUTE_MS = 60_000
#: A zone, and a day near which its clocks are put on or back.
PLACES = [
    ("America/Chicago", date(2026, 3, 8)),
    ("America/Chicago", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Casablanca", date(2026, 2, 15)),  # back for Ramadan, and on again
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("America/Havana", date(2026, 3, 8)),  # midnight itself is missing
    ("Asia/Beirut", date(2026, 10, 25)),  # midnight comes twice
    ("Asia/Kolkata", date(2026, 5, 1)),
    ("UTC", date(2026, 12, 31)),
]

clocks = st.builds(
    lambda hour, minute: f"{hour:02d}:{minute:02d}",
    st.integers(0, 23),
    st.sampled_from([0, 15, 30, 45]),
)
windows = st.lists(
    st.builds(Window, clocks, clocks | st.just("24:00")).filter(
        lambda each: each.start != each.end
    ),
    max_size=3,
).map(tuple)
days = st.builds(
    Day,
    st.just("day"),
    windows,
    st.sampled_from(["", "", "holiday"]),
    st.sampled_from([Rule.HOLIDAY, Rule.EXCEPTION]),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Hours, int, int]:
    """Hours, and a start and an end in milliseconds around a day that is special in their zone."""
    zone, special = draw(st.sampled_from(PLACES))
    weekly = draw(st.dictionaries(st.sampled_from(WEEKDAYS), windows))
    dates = [(special + timedelta(days=shift)).isoformat() for shift in (-1, 0, 1)]
    noon = datetime(special.year, special.month, special.day, 12, tzinfo=ZoneInfo(zone))
    start = int(noon.timestamp()) * 1000 - draw(st.integers(0, 36 * 60)) * MINUTE_MS
    end = start + draw(st.integers(1, 48 * 60)) * MINUTE_MS
    since = start + draw(st.integers(-600, 600)) * MINUTE_MS
    until = draw(st.none() | st.integers(1, 900).map(lambda minutes: since + minutes * MINUTE_MS))
    switch = draw(st.none() | st.just(Switch("emergency", since, until, "flood")))
    return (
        Hours(zone, weekly, draw(st.dictionaries(st.sampled_from(dates), days)), switch),
        start,
        end,
    )


def expected(hours: Hours, at: int) -> str:
    """The exit at a minute, by walking over yesterday's and today's windows on the wall clock."""
    if hours.switch and hours.switch.since <= at < (hours.switch.until or at + 1):
        return "emergency"
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    for shift in (1, 0):
        day = local.date() - timedelta(days=shift)
        found = hours.days.get(day.isoformat())
        if found and found.exit and shift == 0:
            return found.exit
        for window in found.windows if found else hours.weekly.get(WEEKDAYS[day.weekday()], ()):
            begins, ends = _minutes(window.start), _minutes(window.end)
            ends += 24 * 60 if ends <= begins else 0
            if begins <= minute + shift * 24 * 60 < ends:
                return "open"
    return "closed"


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


@given(cases())
@settings(max_examples=150, deadline=None)
def test_every_minute_is_as_a_look_at_the_wall_clock_says(case: tuple[Hours, int, int]) -> None:
    hours, start, end = case
    told = dict(hours.changes(start, end))
    held = told[start].exit
    for at in range(start, end, MINUTE_MS):
        held = told[at].exit if at in told else held
        assert held == hours.exit_at(at) == expected(hours, at)
    assert all(start <= at < end for at in told)


@given(cases())
@settings(max_examples=60, deadline=None)
def test_the_next_change_is_the_first_minute_of_another_exit(case: tuple[Hours, int, int]) -> None:
    hours, start, _end = case
    horizon = start + 2 * 24 * 60 * MINUTE_MS
    now = expected(hours, start)
    wanted = next(
        (at for at in range(start, horizon, MINUTE_MS) if expected(hours, at) != now), None
    )
    found = hours.next_change(start, within_days=2)
    assert (found[0] if found else None) == wanted
