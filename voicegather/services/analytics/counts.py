"""What is counted of calls, as values that add up, and their JSON form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What a step's choices are counted by, the most frequent ones of a day.
MOST_CHOSEN = 100

#: A menu by its id, and the number of one of its versions.
MenuAndVersion = tuple[int, int]


@dataclass
class StepCounts:
    """`docs/analytics.md` says what each counts."""

    visits: int = 0
    calls: int = 0
    ended: int = 0
    dropped: int = 0
    valid: int = 0
    invalid: int = 0
    no_input: int = 0
    other: int = 0
    #: Visits by the bin of their duration.
    durations: Counter[int] = field(default_factory=Counter)
    #: Visits by their exit and the next step in the menu, "" where there was none.
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Valid results by the choice that they took.
    chosen: Counter[str] = field(default_factory=Counter)

    def add(self, other: StepCounts) -> None:
        for name in STEP_NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.durations.update(other.durations)
        self.ways.update(other.ways)
        self.chosen.update(other.chosen)


@dataclass
class MenuCounts:
    calls: int = 0
    entered: int = 0
    judged: int = 0
    contained: int = 0
    transferred: int = 0
    dropped: int = 0
    steps: defaultdict[str, StepCounts] = field(default_factory=lambda: defaultdict(StepCounts))

    def add(self, other: MenuCounts) -> None:
        for name in MENU_NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for key, step in other.steps.items():
            self.steps[key].add(step)


STEP_NUMBERS = ("visits", "calls", "ended", "dropped", "valid", "invalid", "no_input", "other")
MENU_NUMBERS = ("calls", "entered", "judged", "contained", "transferred", "dropped")


class Counts:
    """Of all menus and versions."""

    def __init__(self) -> None:
        self._found: defaultdict[MenuAndVersion, MenuCounts] = defaultdict(MenuCounts)

    def of(self, menu: int, version: int) -> MenuCounts:
        """What is counted of this version of a menu, to be added to."""
        return self._found[menu, version]

    def __iter__(self) -> Iterator[tuple[MenuAndVersion, MenuCounts]]:
        return iter(sorted(self._found.items(), key=lambda each: each[0]))

    def add(self, other: Counts) -> None:
        for key, counts in other:
            self._found[key].add(counts)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        document: dict[str, Any] = {}
        for (menu, version), counts in self:
            document.setdefault(str(menu), {})[str(version)] = _menu_json(counts)
        return document

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Counts:
        """What :meth:`document` made."""
        counts = cls()
        for menu, versions in document.items():
            for version, stored in versions.items():
                counts.of(int(menu), int(version)).add(_read_menu(stored))
        return counts


def ways_json(ways: Counter[tuple[str, str]]) -> list[list[Any]]:
    return [[exit_name, step, visits] for (exit_name, step), visits in sorted(ways.items())]


def read_ways(stored: list[list[Any]]) -> Counter[tuple[str, str]]:
    return Counter({(exit_name, step): visits for exit_name, step, visits in stored})


def durations_json(durations: Counter[int]) -> dict[str, int]:
    return {str(number): durations[number] for number in sorted(durations)}


def read_durations(stored: Mapping[str, int]) -> Counter[int]:
    return Counter({int(number): visits for number, visits in stored.items()})


def chosen_json(chosen: Counter[str]) -> dict[str, int]:
    """The most frequent ones alone."""
    return dict(sorted(chosen.items(), key=lambda each: (-each[1], each[0]))[:MOST_CHOSEN])


def _menu_json(counts: MenuCounts) -> dict[str, Any]:
    numbers = {name: value for name in MENU_NUMBERS if (value := getattr(counts, name))}
    return {**numbers, "steps": {key: _step_json(step) for key, step in counts.steps.items()}}


def _step_json(step: StepCounts) -> dict[str, Any]:
    numbers = {name: value for name in STEP_NUMBERS if (value := getattr(step, name))}
    return {
        **numbers,
        "durations": durations_json(step.durations),
        "ways": ways_json(step.ways),
        "chosen": chosen_json(step.chosen),
    }


def _read_menu(stored: Mapping[str, Any]) -> MenuCounts:
    counts = MenuCounts(**{name: stored.get(name, 0) for name in MENU_NUMBERS})
    for key, step in stored["steps"].items():
        counts.steps[key] = StepCounts(
            **{name: step.get(name, 0) for name in STEP_NUMBERS},
            durations=read_durations(step["durations"]),
            ways=read_ways(step["ways"]),
            chosen=Counter(step["chosen"]),
        )
    return counts
