"""Menus whose calls fail, and numbers on which nobody calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from voicegather import conf
from voicegather.engine.facts import CallOutcome
from voicegather.engine.hours import OPEN
from voicegather.models import Call, Incident, IncidentKind, PhoneNumber
from voicegather.services.alerts.sighting import SELDOM, Sighting, watch
from voicegather.services.calendars import hours_of
from voicegather.services.moments import to_ms

#: Of the weeks looked at, so many must have had calls: one of them may have been a holiday.
WEEKS_MISSED = 1


@watch(IncidentKind.MENU_FAILS)
def failing_menus(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Menus of whose calls that ended lately too many failed; test calls do not count.

    An incident stays while half of that share fails. One query over an index of ends.
    """
    minutes = conf.get("ALERT_MENU_MINUTES")
    ended = Call.objects.filter(
        ended_at__gte=moment - timedelta(minutes=minutes), is_test=False, menu__isnull=False
    )
    found = (
        ended.order_by()
        .values("menu", "menu__name", "menu__team")
        .annotate(calls=Count("pk"), failed=Count("pk", filter=Q(outcome=CallOutcome.FAILED)))
        .filter(failed__gt=0)
    )
    for row in found:
        percent = 100 * row["failed"] / row["calls"]
        enough = row["calls"] >= conf.get("ALERT_MENU_CALLS")
        if percent < conf.get("ALERT_MENU_FAILED_PERCENT") / 2:
            continue
        yield Sighting(
            subject=str(row["menu"]),
            label=row["menu__name"],
            details={"failed": row["failed"], "calls": row["calls"], "minutes": minutes},
            opens=enough and percent >= conf.get("ALERT_MENU_FAILED_PERCENT"),
            menu_id=row["menu"],
            team_id=row["menu__team"],
        )


@watch(IncidentKind.NUMBER_SILENT, gap=SELDOM)
def silent_numbers(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Numbers that have no call now, while there were enough at this hour of earlier weeks.

    Numbers without that history are left out, as are those that were closed at some time of the
    hour. Each week is a query over the index of beginnings, as long as the hour's traffic.
    """
    minutes, least = conf.get("ALERT_SILENCE_MINUTES"), conf.get("ALERT_SILENCE_CALLS")
    weeks = conf.get("ALERT_SILENCE_WEEKS")
    counted = [
        _calls_by_number(_weeks_before(moment, week), minutes) for week in range(1, weeks + 1)
    ]
    busy = {
        number
        for number in set().union(*counted)
        if sum(week[number] >= least for week in counted) >= max(1, weeks - WEEKS_MISSED)
    }
    if not busy:
        return
    now = _calls_by_number(moment, minutes)
    quiet = PhoneNumber.objects.filter(pk__in=[pk for pk in busy if not now[pk]], is_active=True)
    for number in quiet.select_related("calendar"):
        if not _was_open(number, moment, minutes):
            continue
        usual = sorted(week[number.pk] for week in counted)
        yield Sighting(
            subject=str(number.pk),
            label=str(number),
            details={"minutes": minutes, "usual": usual[len(usual) // 2]},
            number_id=number.pk,
            team_id=number.team_id,
        )


def _calls_by_number(until: datetime, minutes: int) -> Counter[int]:
    calls = Call.objects.filter(
        started_at__gt=until - timedelta(minutes=minutes),
        started_at__lte=until,
        number__isnull=False,
        direction="inbound",
        is_test=False,
    )
    found = calls.order_by().values_list("number").annotate(calls=Count("pk"))
    return Counter(dict(found))


def _weeks_before(moment: datetime, weeks: int) -> datetime:
    """The same time by the clock on the site's wall, which summer time may have turned."""
    local = timezone.localtime(moment) - timedelta(weeks=weeks)
    return timezone.make_aware(local.replace(tzinfo=None))


def _was_open(number: PhoneNumber, moment: datetime, minutes: int) -> bool:
    """Whether its calendar, if any, said the same about open hours at the ends and in between."""
    if number.calendar is None:
        return True
    hours = hours_of(number.calendar, at=to_ms(moment))
    if hours is None:
        return False
    parts = [moment - timedelta(minutes=minutes * part / 4) for part in range(5)]
    return all(hours.exit_at(to_ms(part)) == OPEN for part in parts)
