"""Where to look at what an incident is about, as far as the reader may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from voicegather.models import Incident, IncidentKind
from voicegather.services.diversions import PERMISSION as MAY_DIVERT
from voicegather.services.jobs.kinds import kind_named

#: A name, where it leads, and the permission that the page asks for.
Lead = tuple[str, str, str]


def leads_of(request: HttpRequest, incident: Incident) -> list[dict[str, str]]:
    """Links with their words."""
    return [
        {"label": label, "url": url}
        for label, url, permission in _leads(incident)
        if url and request.user.has_perm(permission)
    ]


def _leads(incident: Incident) -> Iterator[Lead]:
    match incident.kind:
        case IncidentKind.MENU_FAILS if incident.menu_id:
            failed = f"?menu__id__exact={incident.menu_id}&outcome__exact=failed"
            yield _("Its failed calls"), _list("call") + failed, "voicegather.view_call"
            yield _("The menu"), _page("menu", incident.menu_id), "voicegather.view_menu"
            yield _("Emergency…"), _address("voicegather_diversion_switch"), MAY_DIVERT
        case IncidentKind.EVENTS_DEAD:
            dead = _list("callevent") + "?status__exact=dead"
            yield _("Dead events"), dead, "voicegather.view_callevent"
        case IncidentKind.COMMANDS_FAIL | IncidentKind.KEY_REFUSED:
            failed = _list("callcommand") + "?status__exact=failed"
            yield _("Commands that failed"), failed, "voicegather.view_callcommand"
        case IncidentKind.NUMBER_SILENT if incident.number_id:
            number = _page("phonenumber", incident.number_id)
            yield _("The number"), number, "voicegather.view_phonenumber"
        case IncidentKind.JOBS_FAIL:
            yield from _jobs(incident.subject)
        case IncidentKind.DELIVERY_FAILS:
            failed = _list("alertdelivery") + "?state__exact=failed"
            yield _("Deliveries that failed"), failed, "voicegather.view_alertdelivery"


def _jobs(name: str) -> Iterator[Lead]:
    kind = kind_named(name)
    if kind is not None:
        opts: Any = kind.model._meta
        label = capfirst(opts.verbose_name_plural)
        yield label, _list(opts.model_name), f"voicegather.view_{opts.model_name}"


def _list(model: str) -> str:
    return _address(f"voicegather_{model}_changelist")


def _page(model: str, pk: int) -> str:
    return _address(f"voicegather_{model}_change", pk)


def _address(name: str, *args: Any) -> str:
    try:
        return reverse(f"admin:{name}", args=args)
    except NoReverseMatch:
        return ""
