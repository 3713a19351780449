"""One decision about one result: what is kept, what is refused, and who is first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection

from tests.factories import make_call, make_menu, make_result, make_version, make_visit
from tests.services.reviews.conftest import Gathered
from voicegather.models import GatherResult, ResultReview
from voicegather.sealing import seal, unseal
from voicegather.services.inputs import InputError
from voicegather.services.reviews import (
    ReviewGoneError,
    ReviewMovedError,
    Ruling,
    objection_to,
    put_back,
    review,
)

Decision = ResultReview.Decision


def state_of(result: GatherResult) -> str:
    return GatherResult.objects.values_list("review_state", flat=True).get(pk=result.pk)


def reasons(caught: pytest.ExceptionInfo[InputError]) -> list[tuple[object, str]]:
    return [(*each.path, each.message) for each in caught.value.problems]  # type: ignore[misc]


def test_each_decision_is_a_row_and_the_newest_is_the_results_state(
    gathered: Gathered, ana: User
) -> None:
    result = gathered()
    seen, states = None, []
    for ruling in (
        Ruling(Decision.ACCEPTED, note=" Heard it. "),
        Ruling(Decision.CORRECTED, "654321"),
        Ruling(Decision.REJECTED),
        Ruling(Decision.REOPENED),
    ):
        seen = review(result.pk, ruling, seen=seen, reviewer=ana).pk
        states.append(state_of(result))

    assert states == ["accepted", "corrected", "rejected", "unreviewed"]
    rows = result.reviews.order_by("pk").values_list("decision", "value", "note", "reviewer")
    assert list(rows) == [
        ("accepted", "", "Heard it.", ana.pk),
        ("corrected", "654321", "", ana.pk),
        ("rejected", "", "", ana.pk),
        ("reopened", "", "", ana.pk),
    ]


def test_who_decides_upon_an_older_review_is_told_who_was_faster(
    gathered: Gathered, ana: User, bea: User
) -> None:
    result = gathered()
    review(result.pk, Ruling(Decision.ACCEPTED), seen=None, reviewer=bea)

    with pytest.raises(ReviewMovedError, match=r"bea was faster \(.+\): “Accepted”") as caught:
        review(result.pk, Ruling(Decision.REJECTED), seen=None, reviewer=ana)

    assert caught.value.newest == result.reviews.get()
    assert state_of(result) == "accepted"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_of_reviewers_at_the_same_moment_one_decides(gathered: Gathered) -> None:
    results = [gathered() for _ in range(5)]
    people = [User.objects.create_user(f"reviewer{number}") for number in range(6)]

    def decide(person: User) -> list[int]:
        mine = []
        try:
            for result in results:
                try:
                    review(result.pk, Ruling(Decision.ACCEPTED), seen=None, reviewer=person)
                    mine.append(result.pk)
                except ReviewMovedError:
                    pass
        finally:
            connection.close()
        return mine

    with ThreadPoolExecutor(len(people)) as threads:
        decided = [pk for mine in threads.map(decide, people) for pk in mine]

    assert sorted(decided) == sorted(result.pk for result in results)
    assert ResultReview.objects.count() == len(results)


def test_undoing_puts_back_what_was_decided_before(gathered: Gathered, ana: User) -> None:
    result = gathered()
    first = review(result.pk, Ruling(Decision.CORRECTED, "654321"), seen=None, reviewer=ana)
    second = review(result.pk, Ruling(Decision.REJECTED), seen=first.pk, reviewer=ana)

    third = put_back(result.pk, seen=second.pk, reviewer=ana)
    assert (third.decision, third.value, state_of(result)) == ("corrected", "654321", "corrected")

    with pytest.raises(ReviewMovedError):
        put_back(result.pk, seen=second.pk, reviewer=ana)


def test_undoing_the_first_decision_leaves_the_result_unreviewed(
    gathered: Gathered, ana: User
) -> None:
    result = gathered()
    only = review(result.pk, Ruling(Decision.ACCEPTED), seen=None, reviewer=ana)

    put_back(result.pk, seen=only.pk, reviewer=ana)

    assert state_of(result) == "unreviewed"


@pytest.mark.parametrize(
    ("ruling", "place", "told"),
    [
        (Ruling(Decision.CORRECTED, "  "), "value", "Write what it should be"),
        (Ruling(Decision.CORRECTED, "123456"), "value", "It says so already"),
        (Ruling(Decision.CORRECTED, "12\x00"), "value", "cannot be printed"),
        (Ruling(Decision.CORRECTED, "\ud800"), "value", "cannot be printed"),
        (Ruling(Decision.CORRECTED, "9" * 4001, "long"), "value", "4001 characters"),
        (Ruling(Decision.CORRECTED, "12345"), "value", "takes 6 to 6 keys; this has 5. To keep"),
        (Ruling(Decision.ACCEPTED, note="x" * 2001), "note", "2001 characters"),
        (Ruling(Decision.ACCEPTED, note="\ud800"), "note", "cannot be printed"),
    ],
)
def test_what_cannot_be_kept_says_why_and_changes_nothing(
    ruling: Ruling, place: str, told: str, gathered: Gathered, ana: User
) -> None:
    result = gathered()

    with pytest.raises(InputError) as caught:
        review(result.pk, ruling, seen=None, reviewer=ana)

    ((where, message),) = reasons(caught)
    assert where == place
    assert told in message
    assert not result.reviews.exists()


def test_what_the_step_would_refuse_is_kept_with_a_note(gathered: Gathered, ana: User) -> None:
    result = gathered()

    review(result.pk, Ruling(Decision.CORRECTED, "12345", "She said so."), seen=None, reviewer=ana)

    assert result.reviews.get().value == "12345"


@pytest.mark.parametrize(
    ("step", "field", "value", "told"),
    [
        ("account", "digits", "654321", ""),
        ("account", "digits", "65432x", "No choice of the step takes this."),
        ("visit_day", "day", "2026-12-24", ""),
        ("visit_day", "day", "Christmas", "The step takes a date, such as 2026-12-24."),
        ("visit_day", "gone", "Christmas", ""),
        ("removed", "digits", "x", ""),
    ],
)
def test_a_step_says_what_it_takes_as_far_as_its_version_knows(
    step: str, field: str, value: str, told: str, gathered: Gathered
) -> None:
    assert objection_to(gathered(step=step, field=field), value) == told


def test_a_result_is_not_reviewed_before_the_caller_has_left_the_step(
    version: object, ana: User
) -> None:
    result = make_result(make_visit(make_call(version=version)), "1")

    with pytest.raises(InputError, match="The caller is still in this step"):
        review(result.pk, Ruling(Decision.ACCEPTED), seen=None, reviewer=ana)


def test_results_of_other_teams_are_not_there(ana: User) -> None:
    menu = make_menu("other", team=Group.objects.create(name="Others"))
    result = make_result(make_visit(make_call(version=make_version(menu, {"account": {}}))), "1")

    with pytest.raises(ReviewGoneError):
        review(result.pk, Ruling(Decision.ACCEPTED), seen=None, reviewer=ana)


@pytest.fixture
def masked(gathered: Gathered) -> GatherResult:
    whole = seal({"raw": "123456", "value": "123456"})
    return gathered("•••56", "pin", sensitivity="masked", raw="", sealed=whole)


def test_sensitive_values_are_corrected_only_by_who_may_see_them(
    masked: GatherResult, ana: User
) -> None:
    with pytest.raises(InputError, match="takes the permission to reveal it"):
        review(masked.pk, Ruling(Decision.CORRECTED, "654398"), seen=None, reviewer=ana)
    review(masked.pk, Ruling(Decision.ACCEPTED), seen=None, reviewer=ana)


def test_a_corrected_value_of_a_masked_step_shows_its_last_characters(
    masked: GatherResult, ana: User
) -> None:
    ana.user_permissions.add(Permission.objects.get(codename="reveal_sensitive"))
    with pytest.raises(InputError, match="It says so already"):
        review(masked.pk, Ruling(Decision.CORRECTED, "123456"), seen=None, reviewer=ana)

    row = review(masked.pk, Ruling(Decision.CORRECTED, "654398"), seen=None, reviewer=ana)

    row.refresh_from_db()
    assert row.value == "•••98"
    assert unseal(row.sealed) == {"value": "654398"}


def test_of_a_long_corrected_value_the_column_has_the_beginning(
    gathered: Gathered, ana: User
) -> None:
    result = gathered("Monday", "visit_day", field="day")
    row = review(
        result.pk, Ruling(Decision.CORRECTED, "no " * 200, "Said so."), seen=None, reviewer=ana
    )

    assert len(row.value) == 255
    assert unseal(row.sealed or b"") == {"value": ("no " * 200).strip()}
