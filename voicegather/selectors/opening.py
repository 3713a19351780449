"""What a calendar says at a moment and on the coming days, in words that staff read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from voicegather.engine.hours import CLOSED, OPEN, Hours, Rule, Verdict
from voicegather.engine.wallclock import (
    ClockChange,
    beginning_of,
    clock_changes,
    local_at,
    moments_of,
)
from voicegather.models import Calendar
from voicegather.services.calendars import hours_of
from voicegather.services.calendars.observances import names_in

#: How far ahead the next change is looked for; later ones are of no use to anybody.
DAYS_AHEAD = 90
DAYS_SHOWN = 14
#: Widths in the picture of a day.
WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Opening:
    """What holds at a moment. `local` (naive) and `offset` are those of the calendar's zone.

    `turn` is the next change in words.
    """

    local: datetime
    offset: str
    verdict: Verdict
    says: str
    why: str
    turn: str

    @property
    def is_open(self) -> bool:
        return self.verdict.exit == OPEN


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a day under one verdict; `begins` and `ends` are clock times, 24:00 the last.

    `offset` and `width` are its place in the picture, in thousandths of the day.
    """

    begins: str
    ends: str
    says: str
    why: str
    look: str
    offset: int
    width: int


@dataclass(frozen=True, slots=True)
class DayAhead:
    """One day; `clock` tells of a change of the clocks, `name` is its holiday or exception."""

    day: date
    stretches: tuple[Stretch, ...]
    name: str = ""
    clock: str = ""

    @property
    def is_closed(self) -> bool:
        """Whether the calendar says closed from beginning to end."""
        return all(each.look == CLOSED for each in self.stretches)


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to “what happens at …”: twice where clocks show the time twice."""

    openings: tuple[Opening, ...]
    note: str = ""


def opening_at(calendar: Calendar, at: int) -> Opening | None:
    """What the calendar says at `at` (milliseconds, UTC); None where it cannot be read."""
    hours = hours_of(calendar, at=at)
    return _opening(calendar, hours, at) if hours else None


def opening_when(calendar: Calendar, local: datetime) -> Asked | None:
    """As :func:`opening_at`, when clocks of the calendar's zone show `local` (naive)."""
    hours = hours_of(calendar, at=round(local.timestamp()) * 1000)
    if hours is None:
        return None
    found = moments_of(local, calendar.zone)
    if len(found) == 1:
        return Asked((_opening(calendar, hours, found[0]),))
    noon = beginning_of(local.date(), calendar.zone)
    near = clock_changes(calendar.zone, noon - 86_400_000, noon + 2 * 86_400_000)
    change = next(near, None)
    if not found:
        if change is None:
            return None
        text = _("This time does not exist: %s The answer is for the first moment after it.")
        return Asked((_opening(calendar, hours, change.at),), text % _change_text(change))
    text = _("This time comes twice: %s")
    note = text % (_change_text(change) if change else "")
    return Asked(tuple(_opening(calendar, hours, at) for at in found), note)


def days_ahead(calendar: Calendar, at: int, days: int = DAYS_SHOWN) -> tuple[DayAhead, ...]:
    """The days from that of `at` on; none where the calendar cannot be read."""
    hours = hours_of(calendar, at=at)
    if hours is None:
        return ()
    first = local_at(at, hours.zone).date()
    bounds = [beginning_of(first + timedelta(days=each), hours.zone) for each in range(days + 1)]
    turns = list(hours.changes(bounds[0], bounds[-1]))
    changes = list(clock_changes(hours.zone, bounds[0], bounds[-1]))
    return tuple(
        _day(calendar, hours, first + timedelta(days=each), bounds[each : each + 2], turns, changes)
        for each in range(days)
    )


def exit_text(name: str) -> str:
    """An exit as staff read it."""
    return {OPEN: _("open"), CLOSED: _("closed")}.get(name, f"“{name}”")


def rule_text(calendar: Calendar, verdict: Verdict) -> str:
    """By which rule, in words and in the language of the page."""
    name = _name(calendar, verdict)
    match verdict.rule:
        case Rule.SWITCH:
            return _("emergency switch: %s") % name
        case Rule.HOLIDAY:
            text = _("holiday “%s”") % name
        case Rule.EXCEPTION:
            text = _("exception “%s”") % name if name else _("an exception")
        case Rule.WEEKLY if verdict.window is None:
            weekday = date_format(date.fromisoformat(verdict.day), "l")
            return _("no window of %s") % weekday
        case _:
            text = _("weekly hours")
    if verdict.window is None:
        return text
    weekday = date_format(date.fromisoformat(verdict.day), "l")
    window = f"{verdict.window.start}–{verdict.window.end}"
    return _("%(rule)s, %(day)s %(window)s") % {"rule": text, "day": weekday, "window": window}


def recorded_text(opening: Any) -> str:
    """What a call keeps of the hours that chose its menu, in words; "" where none did."""
    if not isinstance(opening, Mapping):
        return ""
    rules = {
        Rule.WEEKLY: _("weekly hours"),
        Rule.HOLIDAY: _("holiday “%(name)s”"),
        Rule.EXCEPTION: _("exception “%(name)s”"),
        Rule.SWITCH: _("emergency switch: %(name)s"),
    }
    rule = rules.get(opening.get("rule", ""), _("the calendar could not be read"))
    facts = {
        "exit": exit_text(str(opening.get("exit", ""))),
        "rule": rule % {"name": opening.get("name", "")},
        "calendar": opening.get("calendar", ""),
    }
    return _("%(exit)s: %(rule)s (calendar %(calendar)s)") % facts


def _opening(calendar: Calendar, hours: Hours, at: int) -> Opening:
    verdict, local = hours.at(at), local_at(at, hours.zone)
    return Opening(
        local.replace(tzinfo=None, fold=0),
        _offset_text(local),
        verdict,
        exit_text(verdict.exit),
        rule_text(calendar, verdict),
        _turn(hours, at),
    )


def _offset_text(local: datetime) -> str:
    name, offset = local.strftime("%Z"), f"UTC{local:%z}"
    return f"{name}, {offset}" if name.isalpha() else offset


def _turn(hours: Hours, at: int) -> str:
    found = hours.next_change(at, within_days=DAYS_AHEAD)
    if found is None:
        return _("no change within %s days") % DAYS_AHEAD
    moment, verdict = found
    when = _when(local_at(moment, hours.zone), local_at(at, hours.zone))
    if verdict.exit == OPEN:
        return _("opens %s") % when
    if verdict.exit == CLOSED:
        return _("closes %s") % when
    return _("%(exit)s begins %(when)s") % {"exit": exit_text(verdict.exit), "when": when}


def _when(moment: datetime, now: datetime) -> str:
    """The shortest that tells it: a time of the same day, a day of the week, or a date."""
    clock = date_format(moment, "H:i")
    days = (moment.date() - now.date()).days
    if days == 0:
        return _("at %s") % clock
    form = "l" if days < 7 else "DATE_FORMAT"
    return f"{date_format(moment, form)} {clock}"


def _day(
    calendar: Calendar,
    hours: Hours,
    day: date,
    bounds: list[int],
    turns: list[tuple[int, Verdict]],
    changes: list[ClockChange],
) -> DayAhead:
    begins, ends = bounds
    held = next(verdict for at, verdict in reversed(turns) if at <= begins)
    inside = [(begins, held), *((at, each) for at, each in turns if begins < at < ends)]
    edges = [*(at for at, _verdict in inside), ends]
    own = hours.days.get(day.isoformat())
    named = Verdict("", own.rule, own.name, day=day.isoformat()) if own else None
    change = next((each for each in changes if begins <= each.at < ends), None)
    return DayAhead(
        day=day,
        stretches=tuple(_stretches(calendar, hours, inside, edges)),
        name=_name(calendar, named) if named else "",
        clock=_change_text(change) if change else "",
    )


def _stretches(
    calendar: Calendar, hours: Hours, inside: list[tuple[int, Verdict]], edges: list[int]
) -> Iterator[Stretch]:
    whole = edges[-1] - edges[0]
    for (begins, verdict), ends in zip(inside, edges[1:], strict=True):
        offset = (begins - edges[0]) * WHOLE // whole
        last = ends == edges[-1]
        yield Stretch(
            begins=local_at(begins, hours.zone).strftime("%H:%M"),
            ends="24:00" if last else local_at(ends, hours.zone).strftime("%H:%M"),
            says=exit_text(verdict.exit),
            why=rule_text(calendar, verdict),
            look=verdict.exit if verdict.exit in (OPEN, CLOSED) else "own",
            offset=offset,
            width=(ends - edges[0]) * WHOLE // whole - offset,
        )


def _change_text(change: ClockChange) -> str:
    before, after = change.before.strftime("%H:%M"), change.after.strftime("%H:%M")
    day = date_format(change.before, "DATE_FORMAT")
    if change.minutes > 0:
        text = _("clocks are put on from %(before)s to %(after)s on %(day)s.")
    else:
        text = _("clocks are put back from %(before)s to %(after)s on %(day)s.")
    return text % {"before": before, "after": after, "day": day}


def _name(calendar: Calendar, verdict: Verdict) -> str:
    """A holiday's name in the language of the page, where the library has it."""
    if verdict.rule is not Rule.HOLIDAY:
        return verdict.name
    year = int(verdict.day[:4])
    names = names_in(calendar.country, calendar.subdivision, year, get_language() or "en")
    return names.get(verdict.name, verdict.name)
