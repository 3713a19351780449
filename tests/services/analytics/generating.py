"""Calls drawn at random, written as the ledger writes them, and what they came to, told apart.

What the counting has to find out from rows, the one who draws a call knows: in which menus it was
at each step. :func:`slow_counts` counts from that knowledge, number by number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.factories import (
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import Call, MenuVersion

OUTCOMES = ("completed", "caller_hung_up", "transferred", "failed")
MAIN = {
    "welcome": {"kind": "gather"},
    "told": {"kind": "message", "success": True},
    "desk": {"kind": "transfer"},
    "billing": {"kind": "submenu", "config": {"menu": "billing"}},
}
BILLING = {
    "ask": {"kind": "gather"},
    "pin": {"kind": "gather", "sensitivity": "secret"},
    "paid": {"kind": "message", "success": True},
    "deeper": {"kind": "submenu", "config": {"menu": "deep"}},
}
DEEP = {"only": {"kind": "gather"}, "desk": {"kind": "transfer"}}


@dataclass
class Step:
    """One step that a drawn call took. `stack` is the (menu, version) of each menu it was in."""

    stack: tuple[MenuVersion, ...]
    key: str
    frame: int
    exit: str = ""
    seconds: float = 0.0
    attempts: tuple[str, ...] = ()
    choice: str = ""

    @property
    def version(self) -> MenuVersion:
        return self.stack[-1]

    @property
    def node(self) -> dict[str, Any]:
        node: dict[str, Any] = self.version.document["steps"][self.key]
        return node


@dataclass
class Drawn:
    """A call and what its drawer knows of it. `end` are the menus that it ended in."""

    row: Call
    steps: list[Step] = field(default_factory=list)
    end: tuple[MenuVersion, ...] = ()


class Site:
    """Menus of which one leads into the next, two versions of the first."""

    def __init__(self) -> None:
        main = make_menu("main")
        self.main = [
            make_version(main, MAIN),
            make_version(main, MAIN | {"told": {"kind": "message"}}),
        ]
        self.below = {
            "billing": make_version(make_menu("billing"), BILLING),
            "deep": make_version(make_menu("deep"), DEEP),
        }

    def draw(self, random: Random, at: datetime, **columns: Any) -> Drawn:
        """Store a call that began then and has ended."""
        version = random.choice(self.main)
        drawn = Drawn(make_call(version=version, started_at=at, phase="ended", **columns))
        stack, frames, frame = [version], [0], 0
        for _ in range(random.randrange(9)):
            key = random.choice(sorted(stack[-1].document["steps"]))
            step = Step(tuple(stack), key, frames[-1])
            drawn.steps.append(step)
            self._live_through(random, step)
            if step.node["kind"] == "submenu" and step.exit != "failure":
                frame += 1
                stack.append(self.below[step.node["config"]["menu"]])
                frames.append(frame)
                step.exit = ""
            elif len(stack) > 1 and random.random() < 0.3:
                stack.pop()
                frames.pop()
                # The menu returns to the step that led here.
                opened = [each for each in drawn.steps if each.frame == frames[-1]][-1]
                opened.exit = "done"
        drawn.end = tuple(stack) if drawn.steps else ()
        # A menu that was opened, and in which no step was entered, is not one the call was in.
        if drawn.steps and drawn.steps[-1].node["kind"] == "submenu":
            drawn.end = drawn.steps[-1].stack
        self._write(random, drawn)
        return drawn

    def _live_through(self, random: Random, step: Step) -> None:
        kind = step.node["kind"]
        step.seconds = round(random.uniform(0.05, 90), 3)
        if kind == "gather":
            step.attempts = tuple(
                random.choice(("no_input", "invalid", "cancelled"))
                for _ in range(random.randrange(3))
            )
            step.choice = random.choice(("1", "2", "any"))
            step.attempts += ("valid",)
            step.exit = step.choice
        elif kind == "submenu":
            step.exit = random.choice(("", "", "failure"))
        else:
            step.exit = random.choice(("done", "busy"))

    def _write(self, random: Random, drawn: Drawn) -> None:
        moment = drawn.row.started_at
        for step in drawn.steps:
            visit = make_visit(
                drawn.row,
                step.key,
                version=step.version,
                entered_at=moment,
                exit=step.exit,
                left_at=moment + timedelta(seconds=step.seconds),
            )
            for outcome in step.attempts:
                make_attempt(visit, "1" if outcome == "valid" else None, outcome=outcome)
            if step.choice:
                secret = step.node.get("sensitivity", "normal")
                make_result(visit, "1", choice=step.choice, sensitivity=secret)
            moment += timedelta(seconds=step.seconds)
        drawn.row.outcome = random.choice(OUTCOMES)
        drawn.row.ended_at = moment
        drawn.row.uncounted_since = moment
        drawn.row.save()


def slow_counts(calls: list[Drawn]) -> dict[tuple[int, int], dict[str, Any]]:
    """By menu's id and version's number, what each definition in docs/analytics.md comes to."""
    found: dict[tuple[int, int], Counter[str]] = {}
    for call in calls:
        menus = {step.version.menu_id for step in call.steps}
        for menu in menus:
            first = next(step.version for step in call.steps if step.version.menu_id == menu)
            numbers = found.setdefault((menu, first.number), Counter())
            contained = any(
                step.node.get("success") and _is_in(menu, step.stack) for step in call.steps
            )
            judged = contained or any(
                node.get("success") for node in first.document["steps"].values()
            )
            transferred = (_is_in(menu, call.end) and call.row.outcome == "transferred") or any(
                step.node["kind"] == "transfer" and step.exit == "done" and _is_in(menu, step.stack)
                for step in call.steps
            )
            dropped = (
                _is_in(menu, call.end)
                and call.row.outcome in ("caller_hung_up", "failed")
                and not contained
            )
            numbers.update(
                calls=1,
                entered=1,
                judged=judged,
                contained=contained,
                transferred=transferred,
                dropped=dropped,
            )
            if _is_in(menu, call.end):
                last = [step for step in call.steps if step.version.menu_id == menu][-1]
                at = found.setdefault((menu, last.version.number), Counter())
                at[f"{last.key}.ended"] += 1
                at[f"{last.key}.dropped"] += dropped
        answering = call.row.menu_id
        if answering is not None and answering not in menus:
            found.setdefault((answering, 0), Counter())["calls"] += 1
        _slow_steps(found, call)
    return {key: dict(+numbers) for key, numbers in found.items()}


def _is_in(menu: int, stack: tuple[MenuVersion, ...]) -> bool:
    return menu in {version.menu_id for version in stack}


def _slow_steps(found: dict[tuple[int, int], Counter[str]], call: Drawn) -> None:
    met = set()
    for at, step in enumerate(call.steps):
        numbers = found.setdefault((step.version.menu_id, step.version.number), Counter())
        numbers[f"{step.key}.visits"] += 1
        if (step.version.menu_id, step.key) not in met:
            met.add((step.version.menu_id, step.key))
            numbers[f"{step.key}.calls"] += 1
        for outcome in step.attempts:
            name = outcome if outcome in ("valid", "invalid", "no_input") else "other"
            numbers[f"{step.key}.{name}"] += 1
        if step.choice and step.node.get("sensitivity", "normal") == "normal":
            numbers[f"{step.key}.chosen.{step.choice}"] += 1
        later = [each.key for each in call.steps[at + 1 :] if each.frame == step.frame]
        numbers[f"{step.key}.way.{step.exit}.{later[0] if later else ''}"] += 1
