"""The emergency switch: one exit whatever the hours say, and back, with who, when and why."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models import Calendar, CalendarSwitch
from voicegather.services import moments
from voicegather.services.calendars.exits import exits_of
from voicegather.services.inputs import InputError, InputProblem
from voicegather.services.menus.journal import note_change

LONGEST_REASON = 200
#: Days are counted, and shown in any zone, within these years.
FIRST_YEAR, LAST_YEAR = 1971, 2200


class SwitchMovedError(VoicegatherError):
    """The switch is not where the page showed it: somebody else was there meanwhile."""


@transaction.atomic
def switch_calendar(
    calendar: Calendar,
    *,
    exit_name: str,
    reason: str,
    until: datetime | None = None,
    author: AbstractBaseUser,
) -> CalendarSwitch:
    """Have `calendar` say `exit_name` from now on, until `until` or until it is switched back.

    Takes the place of an earlier use; the same by the same person twice is one. Raises InputError.
    """
    now = moments.now()
    problems = list(_problems(calendar, exit_name, reason, until, now))
    if problems:
        raise InputError(problems)
    _lock(calendar)
    active = calendar.switches.filter(ended_at=None).first()
    if active is not None:
        asked = (exit_name, reason, until, author.pk)
        if _holds(active, now) and asked == (
            active.exit,
            active.reason,
            active.until,
            active.switched_by_id,
        ):
            return active
        _end(active, now, author)
    switch = CalendarSwitch.objects.create(
        calendar=calendar,
        exit=exit_name,
        reason=reason,
        since=now,
        until=until,
        switched_by=author,  # type: ignore[misc]
    )
    known = {"exit": exit_name, "until": until and until.isoformat(timespec="minutes")}
    if until:
        message = _("Emergency switch: “%(exit)s” until %(until)s.") % known
    else:
        message = _("Emergency switch: “%(exit)s” until switched back.") % known
    message += f" {reason}"
    note_change(author=author, of=calendar, message=message)
    return switch


@transaction.atomic
def switch_back(calendar: Calendar, *, switch_id: int, author: AbstractBaseUser) -> None:
    """Have the hours decide again, in place of the use with this id.

    Raises SwitchMovedError where another one, or none, is in force.
    """
    _lock(calendar)
    active = calendar.switches.filter(ended_at=None).first()
    if active is None:
        raise SwitchMovedError(_("The hours decide already: somebody switched back meanwhile."))
    if active.pk != switch_id:
        raise SwitchMovedError(_("Somebody used the switch meanwhile: look at what it says now."))
    _end(active, moments.now(), author)
    note_change(author=author, of=calendar, message=_("Emergency switch: switched back."))


def _lock(calendar: Calendar) -> None:
    Calendar.objects.select_for_update().get(pk=calendar.pk)


def _end(switch: CalendarSwitch, now: datetime, author: AbstractBaseUser) -> None:
    switch.ended_at = min(now, switch.until) if switch.until else now
    if switch.until is None or now < switch.until:
        switch.ended_by = author  # type: ignore[assignment]
    switch.save(update_fields=["ended_at", "ended_by"])


def _holds(switch: CalendarSwitch, now: datetime) -> bool:
    return switch.until is None or now < switch.until


def _problems(
    calendar: Calendar, exit_name: str, reason: str, until: datetime | None, now: datetime
) -> list[InputProblem]:
    problems = []
    if exit_name not in exits_of(calendar):
        message = _("The calendar has no such exit: choose one of %s.")
        problems.append(InputProblem(("exit",), message % ", ".join(exits_of(calendar))))
    if not reason.strip():
        problems.append(InputProblem(("reason",), _("Say why: everybody will read it here.")))
    elif len(reason) > LONGEST_REASON:
        message = _("Write %s characters at most.") % LONGEST_REASON
        problems.append(InputProblem(("reason",), message))
    elif "\0" in reason:
        problems.append(InputProblem(("reason",), _("This cannot be stored as text.")))
    if until is not None and until <= now:
        problems.append(InputProblem(("until",), _("That moment is over: choose a later one.")))
    elif until is not None and until.year > LAST_YEAR:
        problems.append(InputProblem(("until",), _("Choose a moment of our time.")))
    return problems
