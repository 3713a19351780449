"""Calls of a menu over some days: in all, and day by day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from voicegather.models import HourCounts, Menu, MenuDay, StepDay
from voicegather.selectors.analytics.days import DayRange
from voicegather.services.analytics import span_of
from voicegather.services.analytics.counts import MENU_NUMBERS, Counts

ATTEMPTS = ("valid", "invalid", "no_input")


@dataclass(frozen=True, slots=True)
class Figures:
    """How often; docs/analytics.md says what each number counts."""

    calls: int = 0
    entered: int = 0
    judged: int = 0
    contained: int = 0
    transferred: int = 0
    dropped: int = 0
    valid: int = 0
    invalid: int = 0
    no_input: int = 0

    @property
    def attempts(self) -> int:
        """Attempts that ended with an entry or with silence."""
        return self.valid + self.invalid + self.no_input

    @property
    def containment(self) -> float | None:
        """The share of calls that reached a step marked as success; None where none could."""
        return share(self.contained, self.judged)

    @property
    def drop_off(self) -> float | None:
        return share(self.dropped, self.entered)

    @property
    def transfer_rate(self) -> float | None:
        return share(self.transferred, self.entered)

    @property
    def no_input_rate(self) -> float | None:
        return share(self.no_input, self.attempts)

    @property
    def invalid_rate(self) -> float | None:
        return share(self.invalid, self.attempts)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Of one day, or of the hour that begins at this moment."""

    begins: date | datetime
    figures: Figures


def share(part: int, whole: int) -> float | None:
    """A part of a whole, 0 to 1; None of nothing."""
    return part / whole if whole else None


def figures_of(menu: Menu, days: DayRange, version: int | None = None) -> list[DayFigures]:
    """One for each day of the range, of one version or of all: two queries."""
    found: dict[date, dict[str, int]] = {day: {} for day in days}
    rows = _in(days, MenuDay, menu, version).order_by("day").values("day")
    for row in rows.annotate(**_sums(MENU_NUMBERS)):
        found[row["day"]].update(_without_prefix(row))
    steps = _in(days, StepDay, menu, version).order_by("day").values("day")
    for row in steps.annotate(**_sums(ATTEMPTS)):
        found[row["day"]].update(_without_prefix(row))
    return [DayFigures(day, Figures(**numbers)) for day, numbers in found.items()]


def totals_of(menu: Menu, days: DayRange, version: int | None = None) -> Figures:
    """Of all days together: two queries."""
    numbers = _in(days, MenuDay, menu, version).aggregate(**_sums(MENU_NUMBERS))
    attempts = _in(days, StepDay, menu, version).aggregate(**_sums(ATTEMPTS))
    return Figures(**_without_prefix(numbers), **_without_prefix(attempts))


def figures_of_menus(menus: Collection[int], days: DayRange) -> dict[int, Figures]:
    """By menu's id, of those that had calls: two queries."""
    found: dict[int, dict[str, int]] = {}
    for model, names in ((MenuDay, MENU_NUMBERS), (StepDay, ATTEMPTS)):
        rows = model._default_manager.filter(
            menu__in=menus, day__gte=days.first, day__lte=days.last
        )
        for row in rows.order_by("menu_id").values("menu_id").annotate(**_sums(names)):
            found.setdefault(row["menu_id"], {}).update(_without_prefix(row))
    return {menu: Figures(**numbers) for menu, numbers in found.items()}


def hours_of_day(menu: Menu, day: date, version: int | None = None) -> list[DayFigures]:
    """One for each hour of a day that had calls of any menu, in the site's zone: one query."""
    since, until = span_of(day)
    hours = HourCounts.objects.filter(starts_at__gte=since, starts_at__lt=until)
    found = []
    for starts_at, document in hours.order_by("starts_at").values_list("starts_at", "document"):
        numbers = dict.fromkeys((*MENU_NUMBERS, *ATTEMPTS), 0)
        own = {str(menu.pk): document.get(str(menu.pk), {})}
        for (_menu, number), counts in Counts.read(own):
            if version is not None and number != version:
                continue
            for name in MENU_NUMBERS:
                numbers[name] += getattr(counts, name)
            for name in ATTEMPTS:
                numbers[name] += sum(getattr(step, name) for step in counts.steps.values())
        found.append(DayFigures(timezone.localtime(starts_at), Figures(**numbers)))
    return found


def _in(days: DayRange, model: type[Any], menu: Menu, version: int | None) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.filter(
        menu=menu, day__gte=days.first, day__lte=days.last
    )
    return rows if version is None else rows.filter(version=version)


def _sums(names: tuple[str, ...]) -> dict[str, Sum]:
    return {f"sum_{name}": Sum(name) for name in names}


def _without_prefix(row: Mapping[str, Any]) -> dict[str, int]:
    return {
        name.removeprefix("sum_"): value or 0
        for name, value in row.items()
        if name.startswith("sum_")
    }
