"""Whether new calls are answered by an emergency menu, which is easily forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from voicegather.models import Diversion
from voicegather.services import moments
from voicegather.services.doctor.findings import Finding, warning


def look_at_diversions() -> Iterator[Finding]:
    """A line for each that is on, none otherwise."""
    running = Diversion.objects.running(moments.now())
    for each in running.select_related("menu", "team"):
        facts = {"numbers": each.team or _("every number"), "menu": each.menu}
        yield warning(
            _("diversions"),
            _("new calls to %(numbers)s go to the emergency menu “%(menu)s”") % facts,
            _("When the emergency is over, end it in the admin under Diversions."),
        )
