from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError

from voicegather.heartbeat import VARIABLE
from voicegather.models import Lease
from voicegather.services import clock

pytestmark = pytest.mark.django_db(transaction=True)

Turns = Callable[..., None]


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """The command takes SIGINT and SIGTERM: give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def heartbeat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "heartbeat"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Says what the clock meets in each of its turns; the last is followed by SIGTERM."""

    def set_turns(*meets: Exception | bool) -> None:
        waiting = list(meets)

        def lead(owner: str) -> bool:
            met = waiting.pop(0)
            if not waiting:
                os.kill(os.getpid(), signal.SIGTERM)
            if isinstance(met, Exception):
                raise met
            return met

        monkeypatch.setattr(clock, "lead", lead)

    return set_turns


def run(verbosity: int = 0) -> str:
    out = StringIO()
    call_command("voicegather_clock", interval=0.001, verbosity=verbosity, stdout=out)
    return out.getvalue()


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage().partition(" (")[0] for record in caplog.records]


def test_it_says_how_to_stop_it_unless_told_to_be_quiet(turns: Turns) -> None:
    turns(True)
    assert run(verbosity=1).endswith("Ctrl-C stops it.\n")
    turns(True)
    assert run(verbosity=0) == ""


def test_it_leads_while_it_runs_and_another_may_once_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    led: list[str] = []

    def tick(self: clock.Clock) -> None:
        led.append(Lease.objects.get(name=clock.LEASE).owner)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(clock.Clock, "tick", tick)

    run()

    assert [owner.rpartition(":")[2] for owner in led] == [str(os.getpid())]
    assert not Lease.objects.exists()


def test_it_beats_after_each_look_whether_it_leads_or_not(turns: Turns, heartbeat: Path) -> None:
    turns(False)

    run()

    assert heartbeat.exists()


@pytest.mark.parametrize("trouble", [OperationalError("gone"), InterfaceError("closed")])
def test_a_database_that_is_away_ends_nothing_and_is_no_beat(
    turns: Turns, heartbeat: Path, caplog: pytest.LogCaptureFixture, trouble: Exception
) -> None:
    turns(trouble, trouble)

    run()

    assert (
        messages(caplog) == [f"the clock cannot reach the database: {type(trouble).__name__}"] * 2
    )
    assert not heartbeat.exists()


def test_it_says_when_it_begins_to_lead_and_when_another_does(
    turns: Turns, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="voicegather.clock")
    turns(False, True, True, False)

    run()

    assert messages(caplog) == ["this clock leads", "this clock stands by"]


def test_it_can_end_while_the_database_is_away(
    turns: Turns, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    turns(True)

    def resign(owner: str) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(clock, "resign", resign)

    run()

    assert "without giving back its lease" in caplog.text


@pytest.mark.parametrize("interval", ["0", "-1", "5", "nan", "inf"])
def test_an_interval_that_cannot_be_kept_is_refused(turns: Turns, interval: str) -> None:
    turns()
    with pytest.raises(CommandError) as refused:
        call_command("voicegather_clock", "--interval", interval)
    assert str(refused.value) == (
        "--interval must be more than 0 and less than 5 seconds, after which another clock takes "
        "over."
    )


def test_an_interval_of_another_command_is_looked_at_too(turns: Turns) -> None:
    turns()
    with pytest.raises(CommandError, match="--interval must be more than 0"):
        call_command("voicegather_clock", interval=0)
