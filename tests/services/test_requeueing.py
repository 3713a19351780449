"""Dead events are worked on again: once each, by who sees them, in the background where many."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from tests.factories import STARTED, make_call, make_menu
from voicegather.models import CallEvent, EventRequeue
from voicegather.models.jobs import JobState
from voicegather.services import dispatch, jobs, requeueing
from voicegather.services.requeueing import requeue, requeue_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    legs: list[str] = []
    monkeypatch.setattr(dispatch, "enqueue", legs.append)
    monkeypatch.setattr(dispatch, "enqueue_job", lambda key, *, queue: True)
    return legs


@pytest.fixture
def lead() -> User:
    return User.objects.create_superuser("lead")


def dead(number: int, **fields: Any) -> CallEvent:
    return CallEvent.objects.create(
        source="telnyx",
        external_id=str(number),
        event_type="call.hangup",
        call_control_id=f"leg{number % 2}",
        occurred_at=STARTED,
        received_at=STARTED,
        status="dead",
        attempts=2,
        error="Traceback",
        **fields,
    )


def test_each_is_given_back_once_with_a_message_a_leg(lead: User, enqueued: list[str]) -> None:
    ids = [dead(number).pk for number in range(3)]
    assert requeue(ids, by=lead) == 3
    assert requeue(ids, by=lead) == 0
    assert set(CallEvent.objects.values_list("status", "attempts", "error")) == {
        ("pending", 0, "Traceback")
    }
    assert sorted(enqueued) == ["leg0", "leg1"]


def test_another_teams_stay_as_they_are() -> None:
    team = Group.objects.create(name="Other")
    theirs = dead(1, call=make_call(menu=make_menu("theirs", team=team)))
    member = User.objects.create_user("member")
    assert requeue([theirs.pk], by=member) == 0
    assert requeue_all(by=member) == 0


def test_many_are_the_background_s_and_what_dies_again_stays_dead(
    lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requeueing, "AT_ONCE", 5)
    for number in range(12):
        dead(number)
    job = requeue_all(by=lead)
    assert isinstance(job, EventRequeue)
    late = dead(99)

    monkeypatch.setattr(
        dispatch, "enqueue", lambda leg: CallEvent.objects.filter(pk__lte=3).update(status="dead")
    )
    jobs.run_job(f"requeue:{job.pk}")
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 12)
    late.refresh_from_db()
    assert late.status == "dead"
