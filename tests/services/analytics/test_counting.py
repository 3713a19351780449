"""Counts are those of a slow straightforward count, whatever comes late, twice or at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from tests.factories import (
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from tests.services.analytics.generating import Drawn, Site, slow_counts
from voicegather.models import Call, HourCounts, Menu, MenuDay, Rollup, StepDay
from voicegather.models.jobs import JobState
from voicegather.services.analytics import plan_rebuilding
from voicegather.services.analytics.counts import MENU_NUMBERS, STEP_NUMBERS
from voicegather.services.analytics.durations import bin_of, median_seconds
from voicegather.services.analytics.running import count_what_changed
from voicegather.services.jobs import run_job

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def roll_up() -> None:
    """What the clock and a worker do: as often as there is something to do."""
    count_what_changed(NOON)
    rollup = Rollup.objects.get()
    if rollup.state == JobState.WAITING:
        run_job(f"rollup:{rollup.pk}")
        rollup.refresh_from_db()
    assert (rollup.state, rollup.failure) == (JobState.DONE, "")


def counted() -> dict[tuple[int, int], dict[str, Any]]:
    """All days added up, in the form of slow_counts."""
    found: dict[tuple[int, int], Any] = {}
    for row in MenuDay.objects.all():
        numbers = found.setdefault((row.menu_id, row.version), {})
        for name in MENU_NUMBERS:
            _add(numbers, name, getattr(row, name))
    for step in StepDay.objects.all():
        numbers = found.setdefault((step.menu_id, step.version), {})
        for name in STEP_NUMBERS:
            _add(numbers, f"{step.step_key}.{name}", getattr(step, name))
        for exit_name, to, visits in step.ways:
            _add(numbers, f"{step.step_key}.way.{exit_name}.{to}", visits)
        for choice, times in step.chosen.items():
            _add(numbers, f"{step.step_key}.chosen.{choice}", times)
    return found


def _add(numbers: dict[str, int], name: str, value: int) -> None:
    if value:
        numbers[name] = numbers.get(name, 0) + value


def draw(seed: int, calls: int) -> list[Drawn]:
    random, site = Random(seed), Site()
    span = timedelta(days=3)
    return [site.draw(random, NOON + random.random() * span) for _ in range(calls)]


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_those_of_a_slow_count(seed: int) -> None:
    calls = draw(seed, 60)

    roll_up()

    assert counted() == slow_counts(calls)


def test_calls_that_end_one_after_the_other_come_to_the_same_as_all_at_once() -> None:
    random, site, calls = Random(7), Site(), []
    for turn in range(4):
        calls += [site.draw(random, NOON + timedelta(minutes=turn)) for _ in range(8)]
        roll_up()
        roll_up()

    assert counted() == slow_counts(calls)
    assert not Call.objects.exclude(uncounted_since=None).exists()
    assert HourCounts.objects.count() == 1


def test_what_comes_late_is_counted_and_what_was_counted_is_not_counted_twice() -> None:
    version = make_version(make_menu(), {"account": {}})
    call = make_call(version=version, phase="ended", outcome="completed", uncounted_since=NOON)
    visit = make_visit(call)
    roll_up()
    make_attempt(visit, "42")
    make_result(visit, "42", choice="any")
    Call.objects.update(uncounted_since=NOON + timedelta(seconds=1))

    roll_up()

    step = StepDay.objects.get()
    assert (step.visits, step.calls, step.valid, step.chosen) == (1, 1, 1, {"any": 1})


def test_a_call_that_changes_while_it_is_counted_is_counted_again(monkeypatch) -> None:
    from voicegather.services.analytics import running

    version = make_version(make_menu(), {"account": {}})
    call = make_call(version=version, phase="ended", uncounted_since=NOON)
    visit = make_visit(call)
    put_together = running.put_together

    def late(day: Any) -> None:
        monkeypatch.setattr(running, "put_together", put_together)
        make_attempt(visit, "42")
        Call.objects.update(uncounted_since=NOON + timedelta(seconds=1))
        put_together(day)

    monkeypatch.setattr(running, "put_together", late)
    roll_up()

    assert StepDay.objects.get().valid == 1
    assert Call.objects.get().uncounted_since is None


def test_erased_calls_stay_counted_also_when_another_one_of_their_hour_comes_in() -> None:
    site, random = Site(), Random(11)
    calls = [site.draw(random, NOON) for _ in range(12)]
    roll_up()
    Call.objects.filter(pk__in=[each.row.pk for each in calls[:6]]).delete()
    calls.append(site.draw(random, NOON))

    roll_up()
    plan_rebuilding()
    roll_up()

    assert counted() == slow_counts(calls)


def test_calls_that_were_there_before_are_counted_once_counting_begins() -> None:
    calls = draw(5, 30)
    Call.objects.update(uncounted_since=None)

    roll_up()

    assert counted() == slow_counts(calls)
    assert Rollup.objects.get().next_hour is None


def test_test_calls_and_calls_under_way_are_not_counted() -> None:
    site, random = Site(), Random(3)
    site.draw(random, NOON, is_test=True)
    Call.objects.filter(pk=site.draw(random, NOON).row.pk).update(phase="running")

    roll_up()

    assert not MenuDay.objects.exists()


def test_a_deleted_menu_takes_its_numbers_along_and_keeps_no_other_from_being_counted() -> None:
    kept = make_call(version=make_version(make_menu("kept"), {"a": {}}), phase="ended")
    gone = Menu.objects.create(slug="gone", name="Gone")
    make_call(menu=gone, phase="ended", uncounted_since=NOON)
    roll_up()
    gone.delete()
    Call.objects.filter(pk=kept.pk).update(uncounted_since=NOON)

    roll_up()

    assert [row.menu for row in MenuDay.objects.all()] == [kept.menu]


def test_the_median_is_within_five_per_cent_of_the_exact_one() -> None:
    random = Random(1)
    for _ in range(50):
        seconds = sorted(random.lognormvariate(2, 1.2) + 0.1 for _ in range(101))
        bins: dict[int, int] = {}
        for each in seconds:
            number = bin_of(each * 1000)
            bins[number] = bins.get(number, 0) + 1

        assert median_seconds(bins) == pytest.approx(seconds[50], rel=0.05)
    assert median_seconds({}) is None
