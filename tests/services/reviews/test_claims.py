"""The next result to look at: nobody else's, and not for ever."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from tests.factories import STARTED, make_call, make_result, make_visit
from tests.services.reviews.conftest import Gathered
from voicegather.models import GatherResult, ReviewClaim
from voicegather.selectors.keyset import Direction, Place
from voicegather.services.reviews import CLAIM_SECONDS, claims, next_free


def next_of(person: User, place: Place | None = None, **asked: Direction) -> int | None:
    rows = GatherResult.objects.select_related("call", "visit")
    direction = asked.get("direction", Direction.OLDER)
    found = next_free([rows], reviewer=person, place=place, direction=direction)
    return found.pk if found else None


def test_two_reviewers_at_once_get_different_results(
    gathered: Gathered, ana: User, bea: User
) -> None:
    old, new = (gathered(gathered_at=STARTED + timedelta(hours=hour)) for hour in (1, 2))

    assert next_of(ana) == new.pk
    assert next_of(bea) == old.pk
    assert next_of(ana) == new.pk
    assert next_of(bea, Place(old.gathered_at, old.pk)) is None
    assert next_of(ana, Place(new.gathered_at, new.pk)) == old.pk
    assert ReviewClaim.objects.count() == 1


def test_the_oldest_come_first_where_that_is_asked_for(gathered: Gathered, ana: User) -> None:
    old, new = (gathered(gathered_at=STARTED + timedelta(hours=hour)) for hour in (1, 2))

    assert next_of(ana, direction=Direction.NEWER) == old.pk
    place = Place(old.gathered_at, old.pk)
    assert next_of(ana, place, direction=Direction.NEWER) == new.pk


def test_a_claim_ends_by_itself(gathered: Gathered, ana: User, bea: User) -> None:
    result = gathered()
    assert next_of(ana) == result.pk
    assert next_of(bea) is None

    with time_machine.travel(timezone.now() + timedelta(seconds=CLAIM_SECONDS + 1)):
        assert next_of(bea) == result.pk


def test_what_many_others_look_at_is_passed_by(
    gathered: Gathered, ana: User, monkeypatch: object
) -> None:
    results = [gathered(gathered_at=STARTED + timedelta(hours=hour)) for hour in range(5)]
    monkeypatch.setattr(claims, "_AT_ONCE", 2)  # type: ignore[attr-defined]
    for number, result in enumerate(results[1:]):
        other = User.objects.create_user(f"other{number}")
        until = timezone.now() + timedelta(minutes=1)
        ReviewClaim.objects.create(result=result, reviewer=other, until=until)

    assert next_of(ana) == results[0].pk


def test_results_of_callers_in_the_step_wait(ana: User) -> None:
    make_result(make_visit(make_call()), "1")

    assert next_of(ana) is None
