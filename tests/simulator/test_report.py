from __future__ import annotations

from typing import Any

import pytest

from voicegather.simulator import Caller, FakeTelnyx
from voicegather.simulator.report import percentile
from voicegather.simulator.silence import Silence

from .raw import command
from .receiver import Receiver


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([7.0], 0.99, 7.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 101)), 1.0, 100),
    ],
)
def test_a_percentile_is_one_of_the_values(
    values: list[float], share: float, expected: float | None
) -> None:
    assert percentile(values, share) == expected


def test_silence_is_added_up_and_its_longest_stretch_kept() -> None:
    silence = Silence()
    silence.update(1.0, quiet=True)
    silence.update(2.0, quiet=True)
    silence.update(4.0, quiet=False)
    silence.update(5.0, quiet=False)
    silence.update(10.0, quiet=True)
    assert (silence.longest(11.0), silence.total(11.0)) == (3.0, 4.0)
    assert (silence.longest(15.0), silence.total(15.0)) == (5.0, 8.0)


def test_a_report_before_any_call_has_nothing_to_measure(telnyx: FakeTelnyx) -> None:
    report = telnyx.report()
    assert (report.calls, report.webhooks, report.commands) == (0, 0, 0)
    assert report.ack_p50_ms is None
    assert report.event_to_command_p99_ms is None
    assert report.longest_silence == 0.0


def test_a_report_counts_commands_and_webhooks(
    telnyx: FakeTelnyx, receiver: Receiver, ringing: Caller, actions: Any
) -> None:
    receiver.wait_for("call.initiated")
    command(telnyx, ringing.call_control_id, "gather")
    for _ in range(2):
        actions.hangup(ringing.call_control_id, command_id="bye")
    ringing.wait()
    report = telnyx.report()
    assert report.calls == 1
    assert report.commands == 3
    assert report.refused_commands == 1
    assert report.repeated_commands == 1
    assert (report.webhooks, report.webhook_posts, report.unacknowledged_webhooks) == (2, 2, 0)
    assert 0 < report.ack_p50_ms <= report.ack_p99_ms < 2000
    assert 0 < report.event_to_command_p50_ms == report.event_to_command_p99_ms
