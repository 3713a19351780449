"""``make test``: the suite on SQLite, and beside it on PostgreSQL and Redis when they answer.

Each leaves out what need not run twice (ONCE, IN_EARNEST), and tests in a browser run apart.
Tests marked ``services`` need PostgreSQL and Redis; what could not run is named at the end, and
fails the whole when VOICEGATHER_REQUIRE_SERVICES=1. Tests marked ``alone`` follow, with the machine
for themselves. Further arguments are pytest's own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from tests import services_under_test as services

ROOT = Path(__file__).resolve().parents[1]
REQUIRE_VARIABLE = "VOICEGATHER_REQUIRE_SERVICES"
NOTHING_COLLECTED = 5
#: What is the same on every database, and what visits pages, runs on SQLite alone.
ONCE = (
    "e2e",
    "engine",
    "existing_site",
    "handlers",
    "project/test_compose.py",
    "project/test_serve.py",
    "provider",
    "services/menus/files",
    "services/menus/lint",
    "services/replays/test_properties.py",
    "simulator",
    "test_secrets.py",
    "translation",
)
#: Pages in all their states and the API, where there is PostgreSQL: the browser's tests and those
#: of ONCE use both on SQLite, too.
IN_EARNEST = ("admin", "api")
#: Run apart: what mostly waits for a browser, and what takes long and needs no broker.
BROWSER, ADMIN = "e2e", "admin"
#: Where tests marked ``alone`` are: to look through all the others for them takes long.
ALONE = ("leaks", "project")
#: Tables made from the models, where another run beside makes them by every migration.
TABLES_AT_ONCE = "--no-migrations"


@dataclass(frozen=True)
class Plan:
    """One run of pytest, with what it adds to the environment."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]


#: Those that run beside each other, and the one that follows.
Plans = tuple[list[Plan], Plan]
#: Marks of what needs no services.
OFFLINE = "not services and not alone"


@dataclass(frozen=True)
class Run:
    """One finished run of pytest."""

    name: str
    status: int
    seconds: float

    @property
    def verdict(self) -> str:
        verdicts = {0: "passed", NOTHING_COLLECTED: "no test chosen"}
        return f"{verdicts.get(self.status, 'FAILED')} in {self.seconds:.0f} s"


def main(arguments: Sequence[str]) -> int:
    """Run what can run; 0 when all of it passed and nothing that is required was left out."""
    required = os.environ.get(REQUIRE_VARIABLE) == "1"
    found = (services.postgresql(), services.redis())
    browser, gettext = services.browser(), services.gettext()
    missing = [service for service in found if service.trouble]
    if (missing or browser.trouble or gettext.trouble) and required:
        _tell_missing(missing)
        _tell_missing_browser(browser)
        _tell_missing_gettext(gettext)
        print(f"{REQUIRE_VARIABLE}=1: nothing was run.", file=sys.stderr)
        return 1

    beside, alone = _plans(found, arguments) if not missing else _plans_embedded(found, arguments)
    runs = [*_together(beside), *_together([alone])]

    print()
    for run in runs:
        print(f"{run.name}: {run.verdict}")
    _tell_missing(missing)
    _tell_missing_browser(browser)
    _tell_missing_gettext(gettext)
    sys.stdout.flush()
    chosen = [run for run in runs if run.status != NOTHING_COLLECTED]
    return int(not chosen or any(run.status for run in chosen))


def _plans_embedded(found: Sequence[services.Service], arguments: Sequence[str]) -> Plans:
    """Everything on SQLite."""
    environment = {service.variable: "" for service in found}
    return (
        [_plan("SQLite, local dispatch", OFFLINE, arguments, environment)],
        _plan("alone, without services", "alone and not services", arguments, environment),
    )


def _plans(found: Sequence[services.Service], arguments: Sequence[str]) -> Plans:
    """SQLite beside PostgreSQL; unless `arguments` choose tests, in parts that keep cores busy."""
    embedded = {service.variable: "" for service in found}
    in_earnest = {service.variable: service.url for service in found}
    apart = () if arguments else (BROWSER, ADMIN)
    here, there = [*_without((*IN_EARNEST, *apart)), TABLES_AT_ONCE], _without((*ONCE, *apart))
    beside = [
        _plan("SQLite, local dispatch", OFFLINE, [*here, *arguments], embedded),
        _plan("PostgreSQL and Redis", "not alone", [*there, *arguments], in_earnest),
    ]
    if apart:
        second = embedded | {services.DATABASE_VARIABLE: services.second_database_url()}
        beside += [
            _plan("SQLite, in a browser", OFFLINE, [TABLES_AT_ONCE, f"tests/{BROWSER}"], embedded),
            _plan("PostgreSQL, the admin", OFFLINE, [TABLES_AT_ONCE, f"tests/{ADMIN}"], second),
        ]
    return beside, _plan(
        "alone",
        "alone",
        [TABLES_AT_ONCE, *(arguments or map("tests/{}".format, ALONE))],
        in_earnest,
    )


def _without(paths: Sequence[str]) -> list[str]:
    return [f"--ignore=tests/{path}" for path in paths]


def _plan(name: str, marks: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Plan:
    return Plan(name, ["-m", marks, *arguments], environment)


def _together(plans: Sequence[Plan]) -> list[Run]:
    """Run them beside each other; what the first prints is seen at once, the others' after it."""
    runs: list[Run] = []
    began = time.monotonic()
    with ExitStack() as stack:
        logs = [None, *(stack.enter_context(tempfile.TemporaryFile()) for _ in plans[1:])]
        running = [
            stack.enter_context(_pytest(plan, log)) for plan, log in zip(plans, logs, strict=True)
        ]
        try:
            for plan, log, process in zip(plans, logs, running, strict=True):
                print(f"\n=== {plan.name} ===", flush=True)
                status = process.wait()
                runs.append(Run(plan.name, status, time.monotonic() - began))
                if log is not None:
                    log.seek(0)
                    shutil.copyfileobj(log, sys.stdout.buffer)
                    sys.stdout.flush()
        except SystemExit:
            for process in running:
                process.terminate()
            raise
    return runs


def _pytest(plan: Plan, log: IO[bytes] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *plan.arguments],
        cwd=ROOT,
        env={**os.environ, **plan.environment},
        stdout=log,
        stderr=log and subprocess.STDOUT,
    )


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _tell_missing(missing: Sequence[services.Service]) -> None:
    if not missing:
        return
    print("LEFT OUT: the suite on PostgreSQL and every test marked services, because")
    for service in missing:
        print(f"  {service.name} is not ready at {service.shown_url}: {service.trouble}")
        print(f"  Start it, or set {service.variable}.")


def _tell_missing_browser(browser: services.Service) -> None:
    if browser.trouble:
        print(f"LEFT OUT: tests/e2e, because {browser.name} is not ready at {browser.shown_url}:")
        print(f"  {browser.trouble}. Install it, or set {browser.variable}.")


def _tell_missing_gettext(gettext: services.Service) -> None:
    if gettext.trouble:
        print("LEFT OUT: whether every text is in the catalogue of translations, because")
        print(f"  {gettext.trouble}.")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main(sys.argv[1:]))
