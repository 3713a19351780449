"""Background jobs: run once, followed, stopped, taken up again after a worker's death."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db.models import Q

from tests.errands.models import Errand, work
from voicegather.exceptions import VoicegatherError
from voicegather.services import clock, dispatch, jobs, moments
from voicegather.services.jobs import progress as progress_module
from voicegather.services.jobs.running import MOST_DEATHS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def written_at_once(monkeypatch):
    monkeypatch.setattr(progress_module, "WRITE_SECONDS", 0.0)


@pytest.fixture
def does(monkeypatch):
    return lambda function: monkeypatch.setattr(work, "does", function)


@pytest.fixture
def enqueued(monkeypatch):
    """The errands among what the clock enqueues: it begins work of its own, too."""
    keys: list[str] = []

    def note(key, queue):
        if key.startswith("errand:"):
            keys.append(key)

    monkeypatch.setattr(clock.dispatch, "enqueue_job", note)
    return keys


def key_of(errand):
    return f"errand:{errand.pk}"


def run(errand):
    jobs.run_job(key_of(errand))
    errand.refresh_from_db()
    return errand


def kill_its_worker(errand):
    """What a worker leaves that was killed a while ago."""
    Errand.objects.filter(pk=errand.pk).update(
        state="running", lease_owner="dead", lease_until=moments.now() - timedelta(seconds=1)
    )


def test_a_started_job_runs_to_its_end(does):
    def three(errand, progress):
        progress.total(3)
        for _each in range(3):
            progress.advance()

    does(three)
    errand = Errand.objects.create()
    jobs.start(errand)
    assert dispatch.wait_until_idle()
    errand.refresh_from_db()
    assert (errand.state, errand.done, errand.total, errand.percent) == ("done", 3, 3, 100)
    assert errand.started_at <= errand.finished_at
    assert errand.lease_until is None


def test_a_job_that_is_done_is_not_run_again(does):
    runs = []
    does(lambda errand, progress: runs.append(errand.pk))
    errand = Errand.objects.create()
    run(errand)
    run(errand)
    assert runs == [errand.pk]


def test_two_workers_never_run_one_job_at_once(does):
    runs, inside, go_on = [], threading.Event(), threading.Event()

    def wait(errand, progress):
        runs.append(errand.pk)
        inside.set()
        assert go_on.wait(10)

    does(wait)
    errand = Errand.objects.create()
    jobs.start(errand)
    assert inside.wait(10)
    jobs.run_job(key_of(errand))
    go_on.set()
    assert dispatch.wait_until_idle()
    assert runs == [errand.pk]


def test_progress_is_seen_while_the_job_runs(does):
    seen = []

    def look(errand, progress):
        progress.total(10, done=4)
        progress.advance(2)
        seen.append(Errand.objects.values_list("done", "total").get())

    does(look)
    run(Errand.objects.create())
    assert seen == [(6, 10)]


def test_a_job_that_waits_is_stopped_at_once(does):
    does(lambda errand, progress: pytest.fail("it ran"))
    errand = Errand.objects.create()
    assert jobs.cancel(errand)
    assert run(errand).state == "cancelled"


def test_a_job_that_runs_is_stopped_at_its_next_step(does):
    steps = []

    def stopped(errand, progress):
        for step in range(3):
            steps.append(step)
            jobs.cancel(errand)
            progress.advance()

    does(stopped)
    errand = run(Errand.objects.create())
    assert (errand.state, steps) == ("cancelled", [0])
    assert not jobs.cancel(errand)


def test_our_own_errors_are_told_and_others_are_named(does):
    def ours(errand, progress):
        raise VoicegatherError("The storage is full: free some room.")

    def other(errand, progress):
        raise ValueError("the caller entered 4711")

    does(ours)
    assert run(Errand.objects.create()).failure == "The storage is full: free some room."
    does(other)
    errand = run(Errand.objects.create())
    assert errand.state == "failed"
    assert errand.failure == "It stopped with an error (ValueError); the log says where."


def test_a_job_that_failed_is_tried_again(does):
    def fail(errand, progress):
        raise VoicegatherError("No.")

    does(fail)
    errand = run(Errand.objects.create())
    does(lambda errand, progress: None)
    assert jobs.retry(errand)
    assert dispatch.wait_until_idle()
    errand.refresh_from_db()
    assert (errand.state, errand.failure) == ("done", "")
    assert not jobs.retry(errand)


def test_a_job_that_must_wait_runs_after_that_time(does, enqueued, time_machine):
    def later(errand, progress):
        raise jobs.RetryLater(30, "Telnyx does not answer.")

    does(later)
    errand = run(Errand.objects.create())
    assert (errand.state, errand.failure) == ("waiting", "Telnyx does not answer.")
    does(lambda errand, progress: None)
    assert run(errand).state == "waiting"
    turns = clock.Clock()
    turns.tick()
    assert enqueued == []
    time_machine.move_to(moments.now() + timedelta(seconds=33))
    turns.tick()
    assert enqueued == [key_of(errand)]
    assert run(errand).state == "done"


def test_the_clock_finds_a_job_whose_worker_died(does, enqueued):
    errand = Errand.objects.create()
    kill_its_worker(errand)
    clock.Clock().tick()
    assert enqueued == [key_of(errand)]
    assert run(errand).state == "done"


def test_the_clock_leaves_jobs_that_run_or_have_just_been_started(enqueued):
    Errand.objects.create()
    running = Errand.objects.create()
    Errand.objects.filter(pk=running.pk).update(
        state="running", lease_until=moments.now() + timedelta(seconds=30)
    )
    clock.Clock().tick()
    assert enqueued == []


def test_a_worker_that_comes_back_from_the_dead_writes_nothing_more(does):
    def overtaken(errand, progress):
        Errand.objects.update(lease_owner="another")
        with pytest.raises(jobs.LeaseLost):
            progress.advance(5)
        raise jobs.LeaseLost

    does(overtaken)
    errand = run(Errand.objects.create())
    assert (errand.state, errand.lease_owner, errand.done) == ("running", "another", 0)


def test_a_job_that_kills_its_workers_is_given_up():
    errand = Errand.objects.create()
    kill_its_worker(errand)
    Errand.objects.update(tries=MOST_DEATHS)
    errand = run(errand)
    assert (errand.state, errand.failure) == ("failed", "Its workers ended before it did.")


def test_a_job_that_had_to_wait_once_and_kills_its_workers_is_given_up(does):
    does(lambda errand, progress: pytest.fail("it ran"))
    errand = Errand.objects.create(failure="Telnyx does not answer.", tries=3)
    does(lambda errand, progress: kill_its_worker(errand))
    for _death in range(MOST_DEATHS):
        kill_its_worker(errand)
        assert run(errand).state == "running"

    errand = run(errand)

    assert (errand.state, errand.failure) == ("failed", "Its workers ended before it did.")


def test_a_dead_job_that_was_to_stop_is_stopped(does):
    does(lambda errand, progress: pytest.fail("it ran"))
    errand = Errand.objects.create()
    kill_its_worker(errand)
    jobs.cancel(errand)
    assert run(errand).state == "cancelled"


@pytest.mark.parametrize("key", ["errand", "errand:x", "errand:999", "unknown:1", ""])
def test_a_message_of_no_job_is_dropped(key):
    jobs.run_job(key)
    assert not Errand.objects.exists()


def test_a_job_that_is_done_is_run_again_where_somebody_means_to(does):
    runs = []
    does(lambda errand, progress: runs.append(errand.pk))
    errand = run(Errand.objects.create())
    Errand.objects.update(cancel_asked_at=moments.now())
    assert not jobs.run_again(errand, only=Q(state="failed"))
    assert jobs.run_again(errand, done=0)
    assert dispatch.wait_until_idle()
    errand.refresh_from_db()
    assert (errand.state, len(runs)) == ("done", 2)


def test_a_job_that_has_not_ended_is_not_run_again():
    assert not jobs.run_again(Errand.objects.create())
