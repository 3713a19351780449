"""What an incident is and what to do about it, in sentences of the language that is active."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.models import IncidentKind
from voicegather.services.display import grouped


def headline(kind: str, label: str) -> str:
    """One line without breaks: ``Calls to a menu fail: Clinic``."""
    name = str(IncidentKind(kind).label) if kind in IncidentKind.values else kind
    words = f"{name}: {label}" if label else name
    return Truncator(" ".join(words.split())).chars(160)


def sentence(kind: str, details: Mapping[str, Any]) -> str:
    """How bad it is, or was when it was last seen; "" where there is nothing to add."""
    values = {
        key: grouped(value) if type(value) is int else value for key, value in details.items()
    }
    try:
        return _sentence(kind, details, values)
    except (KeyError, TypeError, ValueError):
        return ""  # Of another release.


def advice(kind: str) -> tuple[str, ...]:
    """What to look at and what to do, in the order in which it is done."""
    match kind:
        case IncidentKind.MENU_FAILS:
            return (
                _("Open the menu’s calls that failed: the timeline of each says where it ended."),
                _("If it began with a version, publish the one before again."),
                _("If callers must not wait, send its numbers to an emergency menu."),
            )
        case IncidentKind.EVENTS_DEAD:
            return (
                _("Open a dead event: its error names the place in the code."),
                _("When the cause is mended, requeue them: their calls take in what they lack."),
            )
        case IncidentKind.COMMANDS_FAIL:
            return (
                _("Look at what Telnyx answered: code and detail stand beside each command."),
                _("5xx and silence are Telnyx’s: see status.telnyx.com. 4xx are the menu’s."),
            )
        case IncidentKind.QUEUE_LAGS:
            return (
                _("See that workers run and take from the queue; the overview says who does."),
                _("If they run and are busy, start more of them."),
            )
        case IncidentKind.QUEUE_UNSERVED:
            return (
                _("Start a worker for this queue, and look at the log of the one that ended."),
                _("If all queues are concerned, see that the broker answers."),
            )
        case IncidentKind.KEY_REFUSED:
            return (
                _("In the Telnyx portal see whether the key was revoked or the account blocked."),
                _("Put a new key into the settings of this connection and restart the workers."),
            )
        case IncidentKind.NUMBER_SILENT:
            return (
                _("Ring the number. If nobody answers, see its connection in the Telnyx portal."),
                _("See that the application’s webhook address is this site’s: run the doctor."),
                _("If a holiday explains it, put it into the number’s calendar, or mute this."),
            )
        case IncidentKind.JOBS_FAIL:
            return (
                _("Open the jobs that failed: each says what went wrong."),
                _("When the cause is mended, try them again there."),
            )
        case IncidentKind.SIGNATURES_BAD:
            return (
                _("If calls fail too, the public key in the settings is not the account’s."),
                _("If they do not, somebody posts who is not Telnyx: block them at the proxy."),
            )
        case IncidentKind.DELIVERY_FAILS:
            return (
                _("Open the deliveries that failed: each says why."),
                _("Mend the mail server or the receiver, then send them again."),
            )
    return ()


def _sentence(kind: str, details: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    match kind:
        case IncidentKind.MENU_FAILS:
            text = _("%(failed)s of %(calls)s calls of the last %(minutes)s minutes failed.")
            return text % values
        case IncidentKind.EVENTS_DEAD if details.get("more"):
            return _("More than %(events)s events could not be worked on.") % values
        case IncidentKind.EVENTS_DEAD:
            text = ngettext(
                "%(events)s event could not be worked on.",
                "%(events)s events could not be worked on.",
                details["events"],
            )
            return text % values
        case IncidentKind.COMMANDS_FAIL:
            text = _(
                "%(commands)s commands of the last %(minutes)s minutes failed, most of them with "
                "HTTP status %(status)s and code “%(code)s”."
            )
            return text % values
        case IncidentKind.QUEUE_LAGS:
            return _("The oldest has waited for %s.") % duration(details["seconds"])
        case IncidentKind.QUEUE_UNSERVED:
            return _("No worker has taken from it for a while: callers may hear nothing.")
        case IncidentKind.KEY_REFUSED:
            return _("Telnyx answers %(status)s: no call of this connection is served.") % values
        case IncidentKind.NUMBER_SILENT:
            text = _(
                "Nobody has called in the last %(minutes)s minutes; at this hour there are "
                "usually %(usual)s calls."
            )
            return text % values
        case IncidentKind.JOBS_FAIL:
            return _("%(jobs)s failed in the last hour.") % values
        case IncidentKind.SIGNATURES_BAD:
            text = _("%(requests)s requests of the last %(minutes)s minutes were refused.")
            return text % values
        case IncidentKind.DELIVERY_FAILS:
            return _("Messages to this place were given up after several tries.")
    return ""


def duration(seconds: int) -> str:
    """A length of time in the largest unit that fits, such as ``3 minutes``."""
    if seconds < 120:
        return ngettext("%d second", "%d seconds", seconds) % seconds
    if seconds < 7200:
        return ngettext("%d minute", "%d minutes", seconds // 60) % (seconds // 60)
    if seconds < 172_800:
        return ngettext("%d hour", "%d hours", seconds // 3600) % (seconds // 3600)
    return ngettext("%d day", "%d days", seconds // 86_400) % (seconds // 86_400)
