"""Tests run on a menu's draft: in memory, a few milliseconds each."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine.codec import CodecError
from voicegather.engine.graph import Graph
from voicegather.engine.limits import Limits
from voicegather.exceptions import MenuError
from voicegather.models import Menu, MenuTest
from voicegather.services.budgets import limits_of_calls
from voicegather.services.menu_tests.errors import MenuTestError, MenuTestsFailedError
from voicegather.services.menu_tests.happening import differences, happened_in
from voicegather.services.menu_tests.scripts import Script, read_expectations, read_script
from voicegather.services.trials.drafts import compiled_draft, graph_of_document
from voicegather.services.trials.errors import ActError
from voicegather.services.trials.line import begin_line, perform
from voicegather.services.trials.menus import TrialMenus
from voicegather.services.trials.network import Line
from voicegather.services.trials.telling import Entry

#: The call's token, which no Telnyx ever sees.
TOKEN = "test"  # noqa: S105


@dataclass(frozen=True, slots=True)
class TestRun:
    """How one test went; it passed where nothing differs. `log` is what happened in its call."""

    __test__ = False

    test: MenuTest
    differences: tuple[str, ...]
    milliseconds: float
    log: tuple[Entry, ...] = ()

    @property
    def has_passed(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A script gone through: where its call stands, and for each act whether it was sensitive."""

    line: Line
    log: tuple[Entry, ...]
    sensitive: tuple[bool, ...]


def run_tests(
    menu: Menu,
    tests: Iterable[MenuTest] | None = None,
    *,
    document: dict[str, Any] | None = None,
) -> tuple[TestRun, ...]:
    """Run the menu's tests, or some of them, on its draft or on a compiled `document` of it.

    The number of queries does not depend on how many tests there are or how long. Raises
    MenuLintError where the draft has errors.
    """
    chosen = list(menu.tests.all() if tests is None else tests)
    if not chosen:
        return ()
    graph = graph_of_document(compiled_draft(menu) if document is None else document)
    menus, limits = TrialMenus(graph), limits_of_calls()
    return tuple(_run(test, graph, menus, limits) for test in chosen)


def require_passing_tests(menu: Menu, document: dict[str, Any]) -> None:
    """Raises MenuTestsFailedError where a test of the menu fails on the compiled `document`."""
    failed = [run for run in run_tests(menu, document=document) if not run.has_passed]
    if failed:
        problems = [
            _("Test “%(test)s”: %(difference)s") % {"test": run.test.name, "difference": difference}
            for run in failed
            for difference in run.differences
        ]
        raise MenuTestsFailedError(len(failed), tuple(problems))


def rehearse(script: Script, graph: Graph, menus: TrialMenus, limits: Limits) -> Rehearsal:
    """Go through the script; raises MenuTestError that says which act cannot be done any more."""
    played = begin_line(menus, graph, script.start, token=TOKEN, limits=limits)
    log, sensitive = list(played.log), []
    for number, act in enumerate(script.acts, start=1):
        try:
            played = perform(menus, played.line, act, limits=limits)
        except ActError as problem:
            text = _("Act %(number)s (%(act)s) cannot be done any more: %(problem)s")
            raise MenuTestError(
                text % {"number": number, "act": act.name, "problem": problem}
            ) from problem
        log += played.log
        sensitive.append(played.is_sensitive)
    return Rehearsal(played.line, tuple(log), tuple(sensitive))


def _run(test: MenuTest, graph: Graph, menus: TrialMenus, limits: Limits) -> TestRun:
    began = time.perf_counter()
    found: tuple[str, ...]
    log: tuple[Entry, ...] = ()
    try:
        expected = read_expectations(test.expectations)
        rehearsal = rehearse(read_script(test.script), graph, menus, limits)
        found = tuple(differences(expected, happened_in(rehearsal.line, graph.menu)))
        log = rehearsal.log
    except MenuTestError as problem:
        found = (str(problem),)
    except (MenuError, CodecError) as problem:
        found = (_("The call cannot go on: %s") % problem,)
    return TestRun(test, found, round((time.perf_counter() - began) * 1000, 1), log)
