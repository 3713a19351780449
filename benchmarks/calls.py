"""Two hundred callers at a time for a minute: what one web process, worker and clock make of it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.place import Place, measuring_place
from benchmarks.site import clocked, load_sample, migrate, served, worked
from project.site import any_free_port
from voicegather.simulator import FakeTelnyx, LoadReport, load_scenario, run_load

CALLERS = Path(__file__).parent / "callers.yaml"
#: Calls that begin within SECONDS, so many that about 200 are on the line at a time.
CALLS = 285
SECONDS = 60
LINES = 250
#: Real seconds that Telnyx takes to answer a command: none, then what a far continent takes.
ANSWER_SECONDS = (0.0, 0.15)


def run() -> None:
    """Let the callers through twice, and print what they met; raises when a call was lost."""
    for answer_seconds in ANSWER_SECONDS:
        port = any_free_port()
        with (
            FakeTelnyx(
                webhook_url=f"http://127.0.0.1:{port}/voicegather/webhook/",
                time_scale=1.0,
                answer_seconds=answer_seconds,
            ) as telnyx,
            measuring_place(telnyx_url=telnyx.base_url) as place,
        ):
            report = _let_through(telnyx, _believing(place, telnyx), port)
        print(
            f"calls: {_figures(report)}; Telnyx answers in {answer_seconds * 1000:.0f} ms",
            flush=True,
        )


def _believing(place: Place, telnyx: FakeTelnyx) -> Place:
    environment = {
        **place.environment,
        "TELNYX_PUBLIC_KEY": telnyx.public_key,
        "TELNYX_API_KEY": telnyx.api_key,
    }
    return Place(place.database_url, place.broker_url, place.key, environment)


def _let_through(telnyx: FakeTelnyx, place: Place, port: int) -> LoadReport:
    migrate(place)
    load_sample(place)
    with worked(place), clocked(place), served(place, "project.wsgi:application", port=port):
        return run_load(
            telnyx,
            load_scenario(CALLERS),
            calls=CALLS,
            concurrency=LINES,
            spread_seconds=SECONDS,
            timeout=SECONDS * 3,
        )


def _figures(report: LoadReport) -> str:
    return (
        f"{report.calls} in {report.seconds:.0f} s, at most {report.most_at_once} at a time, "
        f"lost {report.lost}, silent {report.silent}, unfinished {report.unfinished}, "
        f"webhooks not acknowledged {report.unacknowledged_webhooks}; "
        f"ack p50 {report.ack_p50_ms:.1f} ms p99 {report.ack_p99_ms:.1f} ms, "
        f"event → command p50 {report.event_to_command_p50_ms:.1f} ms "
        f"p99 {report.event_to_command_p99_ms:.1f} ms"
    )
