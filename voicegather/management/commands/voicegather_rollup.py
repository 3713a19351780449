"""``manage.py voicegather_rollup``: count calls for analytics again, from their own rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voicegather.services.analytics import (
    Versions,
    count_hour,
    day_of,
    hours_to_count,
    put_together,
    span_of,
)


class Command(BaseCommand):
    help = (
        "Counts calls for analytics again, hour by hour, from their own rows. Of hours from which "
        "calls were erased, what was counted of them stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", metavar="DATE", help="Calls of this day or later.")
        parser.add_argument("--until", metavar="DATE", help="Calls of this day or earlier.")

    def handle(self, *args: Any, **options: Any) -> None:
        since, until = _bounds(options)
        hours = hours_to_count(since, until)
        if not hours:
            self.stdout.write("There are no calls to count.")
            return
        versions, calls = Versions(), 0
        for number, hour in enumerate(hours, start=1):
            calls += count_hour(hour, versions)
            day = day_of(hour)
            if number == len(hours) or day_of(hours[number]) != day:
                put_together(day)
                percent = 100 * number // len(hours)
                self.stdout.write(f"{day}: {calls:,} calls so far, {percent} % of the hours")
        self.stdout.write(self.style.SUCCESS(f"Counted {calls:,} calls of {len(hours):,} hours."))


def _bounds(options: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    since, until = (_day(options[name], name) for name in ("since", "until"))
    if since and until and since > until:
        raise CommandError("--since is later than --until: exchange the two.")
    return (span_of(since)[0] if since else None), (span_of(until)[1] if until else None)


def _day(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--{name} takes a date such as 2026-11-30, not “{text}”.") from None
