"""What the clock does every so often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from voicegather.services import periodic

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def chores(monkeypatch):
    monkeypatch.setattr(periodic, "_chores", {})
    return periodic.Chores()


def test_a_chore_is_done_at_once_and_then_when_its_time_has_passed(chores):
    done = []
    periodic.every(timedelta(minutes=1))(done.append)
    chores.do(NOW)
    chores.do(NOW + timedelta(seconds=59))
    chores.do(NOW + timedelta(seconds=60))
    assert done == [NOW, NOW + timedelta(seconds=60)]


def test_a_chore_that_fails_keeps_no_other_from_its_turn(chores, caplog):
    done, entered = [], 4711

    @periodic.every(timedelta(seconds=1))
    def fails(moment):
        raise ValueError("the caller entered", entered)

    @periodic.every(timedelta(seconds=1))
    def works(moment):
        done.append(moment)

    chores.do(NOW)
    assert done == [NOW]
    assert "ValueError" in caplog.text
    assert str(entered) not in caplog.text
