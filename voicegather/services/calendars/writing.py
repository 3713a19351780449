"""Calendars written and removed as wholes, by the rules that the engine reads them by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models import Calendar
from voicegather.selectors.calendar_uses import uses_of
from voicegather.services.calendars.problems import calendar_problems
from voicegather.services.inputs import InputError, InputProblem, problems_of
from voicegather.services.menus.journal import note_addition, note_change, note_deletion


class CalendarInUseError(VoicegatherError):
    """Something still asks the calendar, so that it cannot be removed."""


@transaction.atomic
def write_calendar(
    calendar: Calendar, *, columns: Mapping[str, Any], author: AbstractBaseUser | None = None
) -> Calendar:
    """Store `calendar`, new or not, with `columns` set on it.

    Raises InputError with every problem; nothing changes then.
    """
    is_new = calendar.pk is None
    for name, value in columns.items():
        setattr(calendar, name, value)
    problems = problems_of(calendar)
    problems += [InputProblem((), problem) for problem in calendar_problems(calendar)]
    if problems:
        raise InputError(problems)
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError:
        message = _("Somebody wrote the same at this moment: read it, and try again.")
        raise InputError([InputProblem((), message)]) from None
    note = note_addition if is_new else note_change
    note(author=author, of=calendar, message=_("Written as a whole."))
    return calendar


@transaction.atomic
def delete_calendar(calendar: Calendar, *, author: AbstractBaseUser | None = None) -> None:
    """Remove the calendar. Raises CalendarInUseError while numbers or menus ask it."""
    if uses_of(calendar).are_there:
        raise CalendarInUseError(_("Numbers or menus ask this calendar: change them first."))
    note_deletion(author=author, of=calendar, message=_("Deleted."))
    calendar.delete()
