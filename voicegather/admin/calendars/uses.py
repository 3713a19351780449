"""What asks a calendar, on its page and where it would be deleted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from voicegather.admin.base import BaseAdmin
from voicegather.admin.teams import in_own_teams
from voicegather.models import Calendar, CalendarSwitch, Menu, PhoneNumber, Step
from voicegather.selectors.calendar_uses import CalendarUses, uses_of


class UsesPage(BaseAdmin):
    """For the admin of calendars: one that is asked stays."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What asks the calendar by its key keeps it, as a number does."""
        objects, counts, needed, protected = super().get_deleted_objects(objs, request)
        # The uses of its switch go with it, although their own pages are read-only.
        needed.discard(CalendarSwitch._meta.verbose_name)
        for calendar in objs:
            uses = uses_of(calendar)
            for kind, rows in ((Step, uses.steps), (Menu, uses.live)):
                shown = in_own_teams(request, kind._default_manager.all())
                own = set(
                    shown.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
                )
                protected += [
                    _use_link(row) if row.pk in own else gettext("something of another team")
                    for row in rows
                ]
        return objects, counts, needed, protected

    def uses(self, request: HttpRequest, calendar: Calendar) -> dict[str, Any]:
        """What asks the calendar, as far as the user may see it, and how much beside that."""
        found: CalendarUses = uses_of(calendar)
        shown, hidden = [], 0
        for kind, rows in ((PhoneNumber, found.numbers), (Step, found.steps), (Menu, found.live)):
            allowed = request.user.has_perm(f"voicegather.view_{kind._meta.model_name}")
            own = in_own_teams(request, kind._default_manager.all()) if allowed else None
            ids = [row.pk for row in rows]
            seen = set(own.filter(pk__in=ids).values_list("pk", flat=True)) if own and ids else ()
            shown += [_use(row) for row in rows if row.pk in seen]
            hidden += sum(row.pk not in seen for row in rows)
        return {"shown": shown, "hidden": hidden}


def _use(row: Any) -> dict[str, str]:
    match row:
        case PhoneNumber():
            what = gettext("number")
        case Step():
            what = gettext("step of “%(menu)s”") % {"menu": row.menu}
        case _:
            what = gettext("menu, as it is live")
    return {"what": what, "name": str(row), "url": _address(row)}


def _use_link(row: Any) -> str:
    use = _use(row)
    return format_html('{} <a href="{}">{}</a>', use["what"], use["url"], use["name"])


def _address(row: Any) -> str:
    return reverse(f"admin:voicegather_{row._meta.model_name}_change", args=[row.pk])
