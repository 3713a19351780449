"""``make demo``: scripted callers through the real webhook and the real SDK, all of it checked."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

import django

from project.demo.callers import CALLERS, HOURS, TARGETS, number_of
from project.demo.voice import ASSISTANTS, SPEAKERS, VOICE
from voicegather.simulator import Caller, FakeTelnyx, Faults, parse_script

TIME_SCALE = 0.1
CALL_SECONDS = 60.0
SETTLE_SECONDS = 30.0
#: Between two callers, so that the site is not asked for thirty first answers at once.
ARRIVAL_SECONDS = 0.15
#: Real seconds without anything to hear that a caller puts up with. The callers' time runs ten
#: times as fast as the site's, so this bounds the site's own share of a silence.
SILENT_SECONDS = 8.0
#: Real seconds that a caller waits for what the script expects next.
PATIENCE_SECONDS = 30.0
#: Webhooks come twice, late and in the wrong order.
FAULTS = Faults(duplicate=0.2, delay=0.05, reorder=0.15, delay_seconds=0.15)
EVERYBODY = (*CALLERS, *SPEAKERS)
SHOWN_CALL = "account with its ending key, PIN, a question without words"


def main() -> int:
    """Run the demo; 0 when everything is as the callers were told, else 1."""
    options = _options()
    output: Path = options.output
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    began = time.monotonic()
    with FakeTelnyx(
        time_scale=TIME_SCALE,
        seed=7,
        faults=FAULTS,
        targets=TARGETS,
        assistants=ASSISTANTS,
        silent_after=SILENT_SECONDS / TIME_SCALE,
        patience=PATIENCE_SECONDS / TIME_SCALE,
    ) as telnyx:
        _configure(telnyx, options)
        _prepare()
        callers = _let_them_call(telnyx, output)
        wrong = _review(callers, output)
    print(f"\n{len(EVERYBODY)} callers in {time.monotonic() - began:.0f} s.", end=" ")
    if wrong:
        print(f"{wrong} of them, or of the files, are not as they should be: see above.")
        return 1
    print("Everything is as they were told.")
    print(f"Their answers: {output}/results_long.csv and {output}/results_wide.csv")
    return 0


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m project.demo", description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("demo-output"), help="A new folder.")
    parser.add_argument(
        "--database",
        help="An empty database: postgres://user@host/name. Otherwise a new SQLite file.",
    )
    parser.add_argument(
        "--broker",
        default="",
        help="redis://host/number: a Celery worker then takes the calls. Otherwise threads do.",
    )
    options = parser.parse_args()
    options.database = options.database or f"sqlite:///{options.output.resolve()}/demo.sqlite3"
    return options


def _configure(telnyx: FakeTelnyx, options: Namespace) -> None:
    from project.callers import environment_of

    os.environ |= environment_of(telnyx) | {
        "DATABASE_URL": options.database,
        "CELERY_BROKER_URL": options.broker,
        "DJANGO_SETTINGS_MODULE": "project.settings.dev",
    }
    django.setup()


def _prepare() -> None:
    from django.core.management import call_command
    from django.db import connections

    from project.samples import load_samples
    from voicegather.models import Menu, PhoneNumber

    call_command("migrate", verbosity=0, interactive=False)
    for menu in load_samples():
        version = menu.live_version
        print(f"Published “{menu.name}”, version {version.number if version else '?'}.")
    PhoneNumber.objects.create(number=HOURS, menu=Menu.objects.get(slug="clinic_hours"))
    PhoneNumber.objects.create(number=VOICE, menu=Menu.objects.get(slug="clinic_voice"))
    connections.close_all()


def _let_them_call(telnyx: FakeTelnyx, output: Path) -> list[Caller]:
    """Start the site, place every call at once, and wait until all of them are over."""
    from project.site import any_free_port, running_site

    port = any_free_port()
    telnyx.webhook_url = f"http://127.0.0.1:{port}/voicegather/webhook/"
    never = threading.Event()
    with running_site(port, os.environ, asked_to_stop=never, logs=output):
        print(f"The site is up on port {port}; {len(EVERYBODY)} callers call.")
        callers = []
        for position, caller in enumerate(EVERYBODY):
            placed = telnyx.place_call(
                script=parse_script(caller.script),
                from_=caller.from_ or number_of(position),
                to=caller.to,
                name=caller.name,
            )
            if caller.trouble:
                caller.trouble.arrange(telnyx, placed.call_control_id)
            callers.append(placed)
            time.sleep(ARRIVAL_SECONDS)
        for placed in callers:
            placed.wait(timeout=CALL_SECONDS)
        _wait_until_settled(len(callers))
    return callers


def _wait_until_settled(calls: int) -> None:
    """Until every call has its end and every event is processed, or time is up."""
    from voicegather.models import Call, CallEvent

    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        ended = Call.objects.filter(phase="ended").count()
        if ended == calls and not CallEvent.objects.filter(status="pending").exists():
            return
        time.sleep(0.2)


def _review(callers: list[Caller], output: Path) -> int:
    """Print what was kept and check it; returns how many callers or files are wrong."""
    from django.core.management import call_command

    from project.demo.checks import differences, file_differences, pins_found
    from project.demo.report import print_results, print_timeline
    from voicegather.models import Call

    calls = []
    problems: dict[str, list[str]] = {}
    for told, placed in zip(EVERYBODY, callers, strict=True):
        outcome = placed.outcome()
        call = Call.objects.filter(legs__call_control_id=outcome.call_control_id).first()
        if call is None:
            problems[told.name] = ["the site knows nothing of this call"]
            continue
        calls.append((told.name, call))
        if found := differences(told, outcome, call):
            problems[told.name] = found
    for name, call in calls:
        if name == SHOWN_CALL:
            print_timeline(call)
    print_results(calls)
    for shape in ("long", "wide"):
        path = output / f"results_{shape}.csv"
        call_command("voicegather_export", shape=shape, format="csv", output=path)
    if found := [*file_differences(output, EVERYBODY), *pins_found(output)]:
        problems["the files"] = found
    for name, found in problems.items():
        print(f"\nWRONG  {name}")
        for line in found:
            print(f"       {line}")
    return len(problems)


if __name__ == "__main__":
    sys.exit(main())
