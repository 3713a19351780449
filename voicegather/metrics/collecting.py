"""What the database knows, in Prometheus' words.

Counters are what the clock counted (voicegather.services.counting); gauges are read here, from
indexes and up to a bound. Nothing is kept in this process, so that it does not matter how many
there are and which of them answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    CommandStatus,
    EventStatus,
    Incident,
    IncidentKind,
    Tally,
)
from voicegather.models.jobs import UNFINISHED
from voicegather.models.tallies import ALL_TIME
from voicegather.selectors.dashboard import CLOCK, LIVE, LONGEST_CALL, served
from voicegather.services import moments
from voicegather.services.counting import BOUNDS, MARK
from voicegather.services.jobs.kinds import all_kinds

#: Rows of one sort are counted up to here.
MOST = 100_000


class SiteCollector(Collector):
    """Reads everything when it is asked, in some twenty queries."""

    def describe(self) -> list[Metric]:
        """Nothing: else registering would ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """One family after the other."""
        tallies = _tallies()
        yield from _counted(tallies)
        yield _latencies(tallies["command_ms"])
        yield from _waiting()
        yield from _jobs()
        yield _incidents()
        yield from _served()


def _tallies() -> defaultdict[str, dict[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    rows = Tally.objects.filter(bucket=ALL_TIME).exclude(name=MARK)
    for name, label, value in rows.values_list("name", "label", "value"):
        found[name][label] = value
    return found


def _counter(
    name: str, help_text: str, labels: tuple[str, ...], tallies: dict[str, int]
) -> CounterMetricFamily:
    family = CounterMetricFamily(f"voicegather_{name}", help_text, labels=labels)
    for label, value in sorted(tallies.items()):
        values = label.split("|") if len(labels) > 1 else [label]
        if len(values) == len(labels):
            family.add_metric(values, value)
    return family


def _counted(tallies: dict[str, dict[str, int]]) -> Iterator[Metric]:
    stored = sum(tallies["events"].values())
    yield _counter(
        "webhooks",
        "Webhooks by what became of them; refused ones by the reason.",
        ("result",),
        {**tallies["webhooks"], "stored": stored},
    )
    yield _counter("events", "Events of Telnyx, by their type.", ("type",), tallies["events"])
    yield _counter("commands", "Commands to Telnyx.", ("action", "status"), tallies["commands"])
    yield _counter("calls", "Calls that began.", ("direction",), tallies["calls_begun"])
    yield _counter(
        "calls_ended", "Calls that ended.", ("direction", "outcome"), tallies["calls_ended"]
    )
    yield _counter(
        "jobs_failed", "Background jobs that failed for good.", ("kind",), tallies["jobs_failed"]
    )


def _latencies(tallies: dict[str, int]) -> Metric:
    family = HistogramMetricFamily(
        "voicegather_command_duration_seconds", "How long Telnyx took to answer a command."
    )
    count = tallies.get("count", 0)
    buckets = [(str(bound / 1000), tallies.get(f"le{bound}", 0)) for bound in BOUNDS]
    family.add_metric([], [*buckets, ("+Inf", count)], sum_value=tallies.get("sum", 0) / 1000)
    return family


def _waiting() -> Iterator[Metric]:
    moment = moments.now()
    live = Call.objects.filter(phase__in=LIVE, started_at__gte=moment - LONGEST_CALL)
    yield _gauge("active_calls", "Calls that have not ended.", _up_to(live))
    events = CallEvent.objects.filter(status=EventStatus.PENDING)
    oldest = events.order_by("received_at").values_list("received_at", flat=True).first()
    age = max(0.0, (moment - oldest).total_seconds()) if oldest else 0.0
    yield _gauge("oldest_event_age_seconds", "How long the oldest waiting event waits.", age)
    yield _gauge("pending_events", "Events that wait for a worker.", _up_to(events))
    commands = CallCommand.objects.filter(status=CommandStatus.PENDING)
    yield _gauge("pending_commands", "Commands that wait to be sent.", _up_to(commands))
    dead = CallEvent.objects.filter(status=EventStatus.DEAD)
    yield _gauge("dead_events", "Events that could not be worked on.", _up_to(dead))


def _jobs() -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "voicegather_jobs", "Background jobs that have not ended.", labels=("kind", "state")
    )
    for kind in all_kinds():
        rows: Any = kind.model._default_manager.filter(state__in=UNFINISHED).order_by()
        counts = dict(rows.values_list("state").annotate(count=Count("pk")))
        for state in UNFINISHED:
            family.add_metric([kind.name, state], counts.get(state, 0))
    yield family


def _incidents() -> Metric:
    family = GaugeMetricFamily(
        "voicegather_open_incidents", "Incidents that are open.", labels=("kind",)
    )
    rows = Incident.objects.filter(closed_at=None).order_by().values_list("kind")
    counts = dict(rows.annotate(count=Count("pk")))
    for kind in IncidentKind.values:
        family.add_metric([kind], counts.get(kind, 0))
    return family


def _served() -> Iterator[Metric]:
    found = served(moments.now())
    leads = next(each.is_there for each in found if each.name == CLOCK)
    yield _gauge("clock_leads", "1 while a clock looks after calls.", float(leads))
    family = GaugeMetricFamily(
        "voicegather_queue_served", "1 while a worker takes from the queue.", labels=("queue",)
    )
    for each in found:
        if each.name != CLOCK:
            family.add_metric([each.name], float(each.is_there))
    yield family


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"voicegather_{name}", help_text, value=value)


def _up_to(rows: Any) -> int:
    count: int = rows.order_by()[:MOST].count()
    return count
