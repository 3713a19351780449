"""Incidents as far as their reader may see what they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from voicegather.models import AlertMute, Incident
from voicegather.selectors.teams import AnyUser, teams_of

#: Shown at once; with more open, something larger is wrong.
MOST_OPEN = 50


def incidents_seen_by(user: AnyUser) -> QuerySet[Incident]:
    """Those about what `user` may see: by the team of the menu or number, or what was its team."""
    every = Incident.objects.all()
    if getattr(user, "is_superuser", False):
        return every
    own = teams_of(user).values("pk")
    menu = Q(menu__team=None) | Q(menu__team__in=own)
    number = Q(number__team=None) | Q(number__team__in=own)
    gone = Q(menu=None, number=None) & (Q(team=None) | Q(team__in=own))
    return every.filter((Q(menu__isnull=False) & menu) | (Q(number__isnull=False) & number) | gone)


def open_incidents(user: AnyUser) -> list[Incident]:
    """Those that are open, the newest first; one query."""
    found = incidents_seen_by(user).filter(closed_at=None)
    return list(found.select_related("menu", "number", "acknowledged_by")[:MOST_OPEN])


def unacknowledged_count(user: AnyUser) -> int:
    """How many open incidents nobody looks after yet."""
    return incidents_seen_by(user).filter(closed_at=None, acknowledged_at=None).count()


@dataclass(frozen=True)
class Mutes:
    """What is muted now."""

    rows: tuple[AlertMute, ...]

    def of(self, incident: Incident) -> AlertMute | None:
        """What mutes this incident, the longest of several."""
        found = [
            row
            for row in self.rows
            if row.kind == incident.kind and row.subject in ("", incident.subject)
        ]
        return max(found, key=lambda row: row.until, default=None)


def mutes_at(moment: datetime) -> Mutes:
    """One query."""
    return Mutes(tuple(AlertMute.objects.filter(until__gt=moment).select_related("created_by")))
