"""Scripted callers of the sample menu, for a site that runs without a Telnyx account."""

from __future__ import annotations

from pathlib import Path

from voicegather.simulator import FakeTelnyx, load_scenario, run_load

SCENARIO = Path(__file__).parent / "scenarios" / "clinic.yaml"
CONCURRENCY = 5
#: A simulated second in real seconds: a call of a minute is over in six.
TIME_SCALE = 0.1


def environment_of(telnyx: FakeTelnyx) -> dict[str, str]:
    """What a site has to run with, so that this fake is its Telnyx."""
    return {
        "TELNYX_API_KEY": telnyx.api_key,
        "TELNYX_BASE_URL": telnyx.base_url,
        "TELNYX_PUBLIC_KEY": telnyx.public_key,
        "TELNYX_CONNECTION_ID": telnyx.connection_id,
    }


def let_callers_through(telnyx: FakeTelnyx, calls: int) -> str:
    """Have that many callers of SCENARIO call, a few at a time; returns what to tell of them."""
    report = run_load(telnyx, load_scenario(SCENARIO), calls=calls, concurrency=CONCURRENCY)
    lines = [f"{report.calls} callers called, in {report.seconds:.0f} s:"]
    lines += [f"  {tally.calls} × {tally.name}" for tally in report.tallies]
    lines += [f"  in trouble: {problem}" for problem in report.problems]
    return "\n".join(lines)
