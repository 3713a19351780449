"""What staff do about incidents: acknowledge them, and mute what they know of."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from voicegather.models import AlertMute, Incident
from voicegather.services import moments
from voicegather.services.alerts.errors import AlertError

LONGEST_NOTE = 2000
LONGEST_MUTE = timedelta(days=90)


def acknowledge(incident: Incident, *, by: AbstractBaseUser, note: str = "") -> bool:
    """Note that somebody looks after it; False where it is closed, or somebody did already.

    Raises AlertError for a note that is too long or cannot be kept.
    """
    if len(note) > LONGEST_NOTE:
        raise AlertError(_("Keep the note within %s characters.") % LONGEST_NOTE)
    _require_keepable(note)
    rows = Incident.objects.filter(pk=incident.pk, closed_at=None, acknowledged_at=None)
    columns = {"acknowledged_at": moments.now(), "acknowledged_by_id": by.pk, "note": note.strip()}
    return bool(rows.update(**columns))


def mute(
    incident: Incident,
    *,
    until: datetime,
    by: AbstractBaseUser,
    reason: str = "",
    whole_kind: bool = False,
) -> AlertMute:
    """Tell nobody of this subject, or of the whole kind, until then; incidents are kept.

    Raises AlertError for a moment that has passed or is months away.
    """
    moment = moments.now()
    if not moment < until <= moment + LONGEST_MUTE:
        raise AlertError(_("Choose a moment to come, within the next 90 days."))
    if len(reason) > 500:
        raise AlertError(_("Keep the reason within %s characters.") % 500)
    _require_keepable(reason)
    return AlertMute.objects.create(
        kind=incident.kind,
        subject="" if whole_kind else incident.subject,
        label="" if whole_kind else incident.label,
        until=until,
        reason=reason.strip(),
        created_by_id=by.pk,
        created_at=moment,
        incident=incident,
    )


def unmute(muted: AlertMute) -> bool:
    """End it now; False where it has ended. What is still wrong is told of at the next look."""
    moment = moments.now()
    rows = AlertMute.objects.filter(pk=muted.pk, until__gt=moment)
    return bool(rows.update(until=moment))


def _require_keepable(text: str) -> None:
    """Databases keep neither NULs nor halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise AlertError(_("This text has characters that cannot be kept.")) from None
    if "\0" in text:
        raise AlertError(_("This text has characters that cannot be kept."))
