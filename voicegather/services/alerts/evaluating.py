"""Sightings become incidents: one while it lasts, closed when nothing was seen for a while."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from voicegather import conf
from voicegather.models import Incident
from voicegather.services.alerts.announcing import announce
from voicegather.services.alerts.sighting import OFTEN, SELDOM, Sighting, Watch, watches
from voicegather.services.periodic import every
from voicegather.services.tracebacks import safe_traceback

_log = logging.getLogger("voicegather.alerts")


@every(OFTEN)
def look_often(moment: datetime) -> None:
    """Look for what costs next to nothing, and tell of what is new."""
    evaluate(watches(OFTEN), moment)
    announce(moment)


@every(SELDOM)
def look_seldom(moment: datetime) -> None:
    """Look for what compares with weeks ago."""
    evaluate(watches(SELDOM), moment)


def evaluate(looks: Iterable[Watch], moment: datetime) -> None:
    """Open, keep and close the incidents of these kinds.

    Two clocks may do it at once: the database lets one incident of a kind and subject be open. What
    cannot be looked at now stays as it is.
    """
    for each in looks:
        try:
            _evaluate(each, moment)
        except DatabaseError:
            raise
        except Exception as problem:
            _log.error("%s cannot be looked for:\n%s", each.kind, safe_traceback(problem))


def _evaluate(look: Watch, moment: datetime) -> None:
    known = {row.subject: row for row in Incident.objects.filter(kind=look.kind, closed_at=None)}
    seen = set()
    for sighting in look.look(moment, known):
        seen.add(sighting.subject)
        incident = known.get(sighting.subject)
        if incident is not None:
            _keep(incident, sighting, moment)
        elif sighting.opens:
            _open(look, sighting, moment)
    for subject in known.keys() - seen:
        _miss(known[subject], moment)


def _open(look: Watch, sighting: Sighting, moment: datetime) -> None:
    incident = Incident(
        kind=look.kind,
        subject=sighting.subject,
        label=sighting.label[:200],
        details=sighting.details,
        menu_id=sighting.menu_id,
        number_id=sighting.number_id,
        team_id=sighting.team_id,
        opened_at=moment,
        last_seen_at=moment,
    )
    try:
        with transaction.atomic():
            incident.save(force_insert=True)
    except IntegrityError:
        return  # Another clock has opened it.
    # By its id: what it is about has a name that people chose.
    _log.error("incident %s opened: %s", incident.pk, incident.kind)


def _keep(incident: Incident, sighting: Sighting, moment: datetime) -> None:
    rows = Incident.objects.filter(pk=incident.pk, closed_at=None)
    rows.update(
        last_seen_at=moment,
        count=F("count") + 1,
        details=sighting.details,
        label=sighting.label[:200],
        team_id=sighting.team_id,
        clear_since=None,
    )


def _miss(incident: Incident, moment: datetime) -> None:
    """Not seen: it ends once it has not been for long enough, so that it does not flap."""
    same = Incident.objects.filter(
        pk=incident.pk, closed_at=None, last_seen_at=incident.last_seen_at
    )
    if incident.clear_since is None:
        same.update(clear_since=moment)
        return
    calm = timedelta(minutes=conf.get("ALERT_CLOSE_MINUTES"))
    if moment - incident.clear_since >= calm and same.update(closed_at=moment):
        _log.warning("incident %s closed: %s", incident.pk, incident.kind)
