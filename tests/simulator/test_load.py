from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from voicegather.simulator import (
    FakeTelnyx,
    Scenario,
    ScenarioCaller,
    SimulatorError,
    Tally,
    Target,
    parse_script,
    run_load,
)

from .conftest import CLINIC
from .receiver import Receiver


def kind(name: str, *items: object, weight: float = 1.0) -> ScenarioCaller:
    return ScenarioCaller(name, "+131255501{n}", CLINIC, parse_script(list(items)), weight)


@pytest.fixture
def serve(receiver: Receiver) -> Callable[[Any], None]:
    """An application that asks for one key and hangs up."""

    def serve(actions: Any) -> None:
        receiver.on("call.initiated", lambda event: actions.answer(event.call))
        receiver.on("call.answered", lambda event: actions.gather(event.call, maximum_digits=1))
        receiver.on(
            "call.gather.ended",
            lambda event: (
                None if event.payload["status"] == "call_hangup" else actions.hangup(event.call)
            ),
        )

    return serve


def test_a_load_counts_its_callers_by_name_and_end(
    telnyx: FakeTelnyx, actions: Any, serve: Callable[[Any], None]
) -> None:
    serve(actions)
    scenario = Scenario(
        (kind("presses", {"press": "1"}, weight=3), kind("leaves", {"hang_up_during_gather": 1}))
    )
    report = run_load(telnyx, scenario, calls=20, concurrency=5, seed=3)
    assert report.calls == 20
    assert [(one.name, one.ended_by, one.hangup_cause) for one in report.tallies] == [
        ("leaves", "caller", "normal_clearing"),
        ("presses", "application", "normal_clearing"),
    ]
    assert sum(one.calls for one in report.tallies) == 20
    assert (report.lost, report.unfinished, report.problems) == (0, 0, ())
    assert report.refused_commands == 0
    assert report.ack_p50_ms <= report.ack_p99_ms
    assert report.event_to_command_p50_ms <= report.event_to_command_p99_ms


def test_the_same_seed_chooses_the_same_callers(
    telnyx: FakeTelnyx, actions: Any, serve: Callable[[Any], None]
) -> None:
    serve(actions)
    scenario = Scenario((kind("one", {"press": "1"}), kind("two", {"press": "2"})))
    first = run_load(telnyx, scenario, calls=12, concurrency=6, seed=5)
    second = run_load(telnyx, scenario, calls=12, concurrency=6, seed=5)
    assert first.tallies == second.tallies
    assert {one.name for one in first.tallies} == {"one", "two"}


def test_never_more_callers_at_a_time_than_allowed(
    telnyx: FakeTelnyx, actions: Any, serve: Callable[[Any], None]
) -> None:
    serve(actions)
    report = run_load(telnyx, Scenario((kind("one", {"press": "1"}),)), calls=12, concurrency=3)
    changes: list[tuple[Any, int]] = []
    for delivery in telnyx.webhooks():
        if delivery.event_type == "call.initiated":
            changes.append((delivery.occurred_at, 1))
        elif delivery.event_type == "call.hangup":
            changes.append((delivery.occurred_at, -1))
    level, highest = 0, 0
    for _, change in sorted(changes):
        level += change
        highest = max(highest, level)
    assert highest == report.most_at_once == 3


def test_callers_whose_beginnings_are_spread_do_not_dial_in_step(telnyx: FakeTelnyx) -> None:
    scenario = Scenario((kind("leaves", "hang_up"),))
    report = run_load(telnyx, scenario, calls=4, concurrency=4, spread_seconds=0.4)
    assert (report.calls, report.seconds >= 0.3) == (4, True)


def test_calls_that_nobody_answers_are_lost(telnyx: FakeTelnyx) -> None:
    scenario = Scenario((kind("waits", {"wait": 2}, "hang_up"),))
    report = run_load(telnyx, scenario, calls=4, concurrency=4)
    assert report.lost == 4
    assert report.tallies == (Tally("waits", "caller", "originator_cancel", 4),)
    assert report.event_to_command_p50_ms is None


def test_calls_that_hear_nothing_are_silent(
    start_telnyx: Callable[..., FakeTelnyx], receiver: Receiver, connect: Any
) -> None:
    telnyx = start_telnyx(silent_after=5)
    actions = connect(telnyx).calls.actions
    receiver.on("call.initiated", lambda event: actions.answer(event.call))
    scenario = Scenario((kind("waits", {"press_now": "1"}, {"wait": 30}, "hang_up"),))
    report = run_load(telnyx, scenario, calls=3, concurrency=3)
    assert (report.lost, report.silent) == (0, 3)


def test_a_load_that_takes_too_long_is_cut_short(telnyx: FakeTelnyx) -> None:
    scenario = Scenario((kind("waits", {"wait": 1000}),))
    report = run_load(telnyx, scenario, calls=5, concurrency=2, timeout=0.2)
    assert report.calls == 2
    assert report.unfinished == 5


def test_a_scenarios_targets_are_rung(telnyx: FakeTelnyx) -> None:
    scenario = Scenario((kind("leaves", "hang_up"),), {"+13125550199": Target("busy")})
    run_load(telnyx, scenario, calls=1, concurrency=1)
    assert telnyx.targets == {"+13125550199": Target("busy")}


def test_a_spread_that_outlasts_the_load_is_refused(telnyx: FakeTelnyx) -> None:
    with pytest.raises(SimulatorError, match="spread over"):
        run_load(
            telnyx,
            Scenario((kind("one"),)),
            calls=1,
            concurrency=1,
            spread_seconds=11,
            timeout=10,
        )


@pytest.mark.parametrize(("calls", "concurrency"), [(0, 1), (1, 0)])
def test_a_load_of_nothing_is_refused(telnyx: FakeTelnyx, calls: int, concurrency: int) -> None:
    with pytest.raises(SimulatorError, match="at least one call"):
        run_load(telnyx, Scenario((kind("one"),)), calls=calls, concurrency=concurrency)


def test_two_hundred_callers_at_once_are_all_served(
    start_telnyx: Callable[..., FakeTelnyx],
    receiver: Receiver,
    connect: Any,
    serve: Callable[[Any], None],
) -> None:
    telnyx = start_telnyx(time_scale=0.5, silent_after=60)
    serve(connect(telnyx).calls.actions)
    scenario = Scenario((kind("presses", {"press": "1", "after": 3}),))
    report = run_load(telnyx, scenario, calls=200, concurrency=200, timeout=60)
    assert report.tallies == (Tally("presses", "application", "normal_clearing", 200),)
    assert (report.unfinished, report.lost, report.silent, report.problems) == (0, 0, 0, ())
    assert report.unacknowledged_webhooks == 0


def test_a_load_names_a_rung_party_whose_script_could_not_be_followed(
    telnyx: FakeTelnyx, receiver: Receiver, actions: Any
) -> None:
    desk = "+13125550199"

    def take(event: Any) -> None:
        if event.payload["direction"] == "incoming":
            actions.answer(event.call)

    def connect(event: Any) -> None:
        if event.payload["to"] == CLINIC:
            actions.transfer(event.call, to=desk)

    receiver.on("call.initiated", take)
    receiver.on("call.answered", connect)
    script = parse_script([{"hear": "a word"}])
    caller = kind("leaves", {"wait": 100}, "hang_up")
    report = run_load(
        telnyx,
        Scenario((caller,), {desk: Target(ring_seconds=1, script=script)}),
        calls=1,
        concurrency=1,
    )
    assert len(receiver.of_type("call.bridged")) == 2
    assert len(report.problems) == 1
    assert report.problems[0].startswith(f"target {desk} (")
    assert report.problems[0].endswith("the call ended before step 1: Hear(text='a word')")
