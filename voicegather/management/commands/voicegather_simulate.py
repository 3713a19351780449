from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voicegather.simulator import (
    FakeTelnyx,
    Faults,
    LoadReport,
    SimulatorError,
    load_scenario,
    run_load,
)
from voicegather.simulator.keys import SIMULATION_KEY


class Command(BaseCommand):
    help = (
        "Drives a running site with scripted callers through a fake Telnyx on loopback. The site "
        "must run with the TELNYX_ variables that --print-environment shows; they stay the same."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scenario", type=Path, help="A YAML file of callers.")
        parser.add_argument(
            "--calls",
            type=int,
            default=25,
            help="How many calls, each by a caller drawn from the scenario (25).",
        )
        parser.add_argument(
            "--concurrency", type=int, default=10, help="How many of them at a time (10)."
        )
        parser.add_argument(
            "--spread",
            type=float,
            default=0.0,
            help="Seconds over which the calls' beginnings are spread (0: as soon as possible).",
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="Draws callers and troubles; the same draws again."
        )
        parser.add_argument(
            "--webhook",
            default="http://127.0.0.1:8000/voicegather/webhook/",
            help="The site's webhook, on loopback.",
        )
        parser.add_argument(
            "--port", type=int, default=12112, help="Where the fake listens (12112)."
        )
        parser.add_argument(
            "--api-key",
            default=SIMULATION_KEY,
            help="What the site shows the fake; the key that signs webhooks is made from it.",
        )
        parser.add_argument(
            "--time-scale",
            type=float,
            default=0.1,
            help="Real seconds to a second of callers (0.1); 1 is life.",
        )
        parser.add_argument(
            "--answer-seconds",
            type=float,
            default=0.0,
            help="How long Telnyx takes to answer each command, in real seconds (0).",
        )
        parser.add_argument(
            "--timeout", type=float, default=600.0, help="Real seconds at the most (600)."
        )
        parser.add_argument(
            "--faults",
            type=_faults,
            default=Faults(),
            help="Shares of webhooks in trouble: duplicate=0.1,delay=0.1,reorder=0.1,drop=0.01",
        )
        parser.add_argument(
            "--print-environment",
            action="store_true",
            help="Print the variables that the site must run with, and end.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        scenario = options["scenario"]
        if scenario is None and not options["print_environment"]:
            raise CommandError("Name a YAML file of callers: --scenario callers.yaml")
        try:
            with _telnyx(options) as telnyx:
                if scenario is None:
                    self._print_environment(telnyx)
                    return
                report = run_load(
                    telnyx,
                    load_scenario(scenario),
                    calls=options["calls"],
                    concurrency=options["concurrency"],
                    seed=options["seed"],
                    spread_seconds=options["spread"],
                    timeout=options["timeout"],
                )
        except (SimulatorError, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self._print(report)
        if report.lost or report.silent or report.unfinished or report.problems:
            raise CommandError("Not every caller was served as its script expects; see above.")

    def _print_environment(self, telnyx: FakeTelnyx) -> None:
        self.stdout.write(f"TELNYX_BASE_URL={telnyx.base_url}")
        self.stdout.write(f"TELNYX_API_KEY={telnyx.api_key}")
        self.stdout.write(f"TELNYX_PUBLIC_KEY={telnyx.public_key}")
        self.stdout.write(f"TELNYX_CONNECTION_ID={telnyx.connection_id}")

    def _print(self, report: LoadReport) -> None:
        self.stdout.write(
            f"{report.calls} calls in {report.seconds:.1f} s, "
            f"at most {report.most_at_once} at a time"
        )
        for tally in report.tallies:
            cause = tally.hangup_cause or "no hang-up"
            self.stdout.write(f"  {tally.name}: {tally.calls} ended by {tally.ended_by} ({cause})")
        self.stdout.write(
            f"lost {report.lost}, silent {report.silent}, unfinished {report.unfinished}, "
            f"webhooks not acknowledged {report.unacknowledged_webhooks}, "
            f"commands refused {report.refused_commands}"
        )
        self.stdout.write(
            f"ack p50 {_ms(report.ack_p50_ms)}, p99 {_ms(report.ack_p99_ms)}; "
            f"event → command p50 {_ms(report.event_to_command_p50_ms)}, "
            f"p99 {_ms(report.event_to_command_p99_ms)}"
        )
        for problem in report.problems[:20]:
            self.stdout.write(f"  {problem}")


def _telnyx(options: dict[str, Any]) -> FakeTelnyx:
    return FakeTelnyx(
        webhook_url=options["webhook"],
        api_key=options["api_key"],
        port=options["port"],
        time_scale=options["time_scale"],
        answer_seconds=options["answer_seconds"],
        seed=options["seed"],
        faults=options["faults"],
        signing_seed=options["api_key"],
    )


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} ms"


def _faults(text: str) -> Faults:
    """Read ``duplicate=0.1,drop=0.01``; raises ArgumentTypeError that names what there is."""
    known = [spec.name for spec in fields(Faults)]
    values: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        try:
            if name not in known:
                raise ValueError(name)
            values[name] = float(value)
        except ValueError:
            raise ArgumentTypeError(
                f"{part!r} is not a share such as drop=0.01; there are {', '.join(known)}"
            ) from None
    try:
        return Faults(**values)
    except SimulatorError as problem:
        raise ArgumentTypeError(str(problem)) from problem
