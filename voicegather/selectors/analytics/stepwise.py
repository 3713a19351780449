"""What happened in each step of a menu over some days, and which ways callers went."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from voicegather.engine.kinds import kind_named
from voicegather.models import Menu, MenuDay, MenuVersion, StepDay
from voicegather.selectors.analytics.days import DayRange
from voicegather.selectors.analytics.figures import share
from voicegather.services.analytics.counts import (
    STEP_NUMBERS,
    StepCounts,
    read_durations,
    read_ways,
)
from voicegather.services.analytics.durations import median_seconds
from voicegather.services.wording import translated

#: Most frequent choices that are shown of a step.
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step. `kind` is a label, "" where no version that is shown has the step."""

    key: str
    name: str
    kind: str
    is_success: bool
    counts: StepCounts

    @property
    def attempts(self) -> int:
        return self.counts.valid + self.counts.invalid + self.counts.no_input

    @property
    def drop_off(self) -> float | None:
        """The share of the calls that came here and were lost here."""
        return share(self.counts.dropped, self.counts.calls)

    @property
    def no_input_rate(self) -> float | None:
        return share(self.counts.no_input, self.attempts)

    @property
    def invalid_rate(self) -> float | None:
        return share(self.counts.invalid, self.attempts)

    @property
    def median_seconds(self) -> float | None:
        return median_seconds(self.counts.durations)

    @property
    def top_values(self) -> list[tuple[str, int]]:
        """The choices that were taken most often, with how often."""
        return sorted(self.counts.chosen.items(), key=lambda each: (-each[1], each[0]))[:MOST_SHOWN]

    @property
    def ways(self) -> list[Way]:
        """Where callers went from here, the most frequent way first."""
        by_target: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (exit_name, to), visits in self.counts.ways.items():
            by_target[to][exit_name] += visits
        ways = [Way(to, exits) for to, exits in by_target.items()]
        return sorted(ways, key=lambda way: (-way.visits, way.to))


@dataclass(frozen=True, slots=True)
class Way:
    """From one step to the next of the same menu; to "" where the menu or the call ended."""

    to: str
    exits: Counter[str]

    @property
    def visits(self) -> int:
        return self.exits.total()


def steps_of(
    menu: Menu, days: DayRange, *, version: int | None, shown: MenuVersion | None
) -> list[StepFigures]:
    """The steps as callers of the version that is `shown` meet them, then those it has no more.

    Counts are of one version, or of all; one query.
    """
    counts: defaultdict[str, StepCounts] = defaultdict(StepCounts)
    rows = StepDay.objects.filter(menu=menu, day__gte=days.first, day__lte=days.last)
    if version is not None:
        rows = rows.filter(version=version)
    for row in rows.order_by().iterator(chunk_size=2_000):
        counts[row.step_key].add(
            StepCounts(
                **{name: getattr(row, name) for name in STEP_NUMBERS},
                durations=read_durations(row.durations),
                ways=read_ways(row.ways),
                chosen=Counter(row.chosen),
            )
        )
    nodes = (shown.document.get("steps") if shown else None) or {}
    entry = shown.document.get("entry", "") if shown else ""
    keys = [*_in_flow(nodes, entry), *sorted(key for key in counts if key not in nodes)]
    return [_figures(key, nodes.get(key, {}), counts[key]) for key in keys]


def counted_versions(menu: Menu, days: DayRange) -> dict[int, int]:
    """The calls of each version in these days, the newest version first; 0 is for none."""
    rows = MenuDay.objects.filter(menu=menu, day__gte=days.first, day__lte=days.last)
    sums = rows.order_by("-version").values_list("version").annotate(calls=Sum("calls"))
    return dict(sums)


def _in_flow(nodes: Mapping[str, Any], entry: str) -> list[str]:
    """The keys from the entry on, each before those it leads to; then what nothing leads to.

    A stored document keeps no order of its own: PostgreSQL sorts its keys.
    """
    met: dict[str, None] = {}
    for root in (entry, *sorted(nodes)):
        waiting = deque([root])
        while waiting:
            key = waiting.popleft()
            if key in nodes and key not in met:
                met[key] = None
                waiting.extend(edge.get("target", "") for edge in nodes[key].get("edges") or ())
    return list(met)


def _figures(key: str, node: dict[str, object], counts: StepCounts) -> StepFigures:
    kind = kind_named(str(node.get("kind", "")))
    return StepFigures(
        key=key,
        name=str(node.get("name") or key),
        kind=translated(kind.label) if kind else "",
        is_success=bool(node.get("success")),
        counts=counts,
    )
