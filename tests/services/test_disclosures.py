"""Whoever is shown something sensitive is on record first, and nobody without the permission."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission, User

from tests.factories import STARTED, make_attempt, make_call, make_result, make_version, make_visit
from tests.factories import make_menu as menu_named
from voicegather.models import Call, Disclosure
from voicegather.services.disclosures import (
    LONGEST_REASON,
    Kind,
    ReasonError,
    RevealRefusedError,
    Way,
    cleaned_reason,
    forget_callers,
    note_view,
    recent_reasons,
    reveal,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    user = User.objects.create_user("officer")
    user.user_permissions.add(Permission.objects.get(codename="reveal_sensitive"))
    return user


@pytest.fixture
def call() -> Call:
    return make_call(version=make_version(menu_named(), {"pin": {}}))


def reveal_call(call: Call, user: User, reason: str = "Ticket 4711") -> None:
    reveal(user=user, rows=[call], reason=reason, way=Way.ADMIN)


def test_a_record_says_who_saw_what_of_which_call_and_why(call: Call, officer: User) -> None:
    visit = make_visit(call, "pin")
    rows = [call, make_result(visit, ""), make_attempt(visit, "4711")]

    reveal(user=officer, rows=rows, reason="  Ticket\t4711 ", way=Way.API)

    records = Disclosure.objects.order_by("pk")
    assert [(each.model, each.object_id) for each in records] == [
        ("call", call.pk),
        ("gatherresult", rows[1].pk),
        ("gatherattempt", rows[2].pk),
    ]
    assert {each.call_id for each in records} == {call.pk}
    assert {each.menu_id for each in records} == {call.menu_id}
    told = {(each.username, each.kind, each.way, each.reason) for each in records}
    assert told == {("officer", "value", "api", "Ticket 4711")}
    assert [each.label for each in records] == ["", "pin.digits", ""]


def test_who_may_not_reveal_is_refused_and_not_on_record(call: Call) -> None:
    with pytest.raises(RevealRefusedError, match="reveal_sensitive"):
        reveal_call(call, User.objects.create_user("guest"))

    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", "Write why"),
        (" \0\n\u202e ", "Write why"),
        ("abc", "5 characters"),
        ("......", "5 characters"),
        ("x" * (LONGEST_REASON + 1), "at most 300"),
    ],
)
def test_a_reason_is_one_that_others_understand(
    reason: str, told: str, call: Call, officer: User
) -> None:
    with pytest.raises(ReasonError, match=told):
        reveal_call(call, officer, reason)

    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ticket\r\n4711", "Ticket 4711"),
        ("Ticket \ud83d4711\0", "Ticket 4711"),
        ("תלונה \u202e4711", "תלונה 4711"),
    ],
)
def test_reasons_are_kept_in_one_line_that_reads_as_it_was_written(given: str, kept: str) -> None:
    assert cleaned_reason(given) == kept


def test_a_view_is_on_record_once_an_hour_for_each_person_and_object(
    call: Call, officer: User
) -> None:
    def look(user: User, *rows: Call) -> int:
        note_view(user=user, kind=Kind.TRANSCRIPT, rows=rows, way=Way.ADMIN)
        return Disclosure.objects.count()

    with time_machine.travel(STARTED, tick=False) as clock:
        assert (look(officer, call), look(officer, call)) == (1, 1)
        assert look(officer, call, make_call()) == 2
        assert look(User.objects.create_user("other"), call) == 3
        clock.shift(timedelta(hours=1))
        assert look(officer, call) == 4


def test_records_outlive_the_call_and_the_account(call: Call, officer: User) -> None:
    reveal_call(call, officer)

    call.delete()
    officer.delete()

    record = Disclosure.objects.select_related("call").get()
    assert (record.call, record.call_id, record.user_id) == (None, record.object_id, None)
    assert record.username == "officer"


def test_recent_reasons_are_ones_own_and_each_once(call: Call, officer: User) -> None:
    for reason in ("Ticket 1", "Ticket 2", "Ticket 1"):
        reveal_call(call, officer, reason)

    assert recent_reasons(officer) == ["Ticket 1", "Ticket 2"]
    assert recent_reasons(User.objects.create_user("other")) == []


def test_an_erased_callers_number_leaves_the_reasons(call: Call, officer: User) -> None:
    other = make_call()
    reveal_call(call, officer, "+1 (312) 555-0101 asked for it, ticket 4711")
    reveal_call(other, officer, "+13125550102 asked for it")

    assert forget_callers([call.pk]) == 1

    assert list(Disclosure.objects.order_by("pk").values_list("reason", flat=True)) == [
        "… asked for it, ticket 4711",
        "+13125550102 asked for it",
    ]
