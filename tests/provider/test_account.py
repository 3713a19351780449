"""What the account is asked, of the strict fake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from voicegather.provider.account import (
    create_application,
    find_number,
    list_applications,
    point_number,
    read_application,
    read_clock,
    update_application,
)
from voicegather.provider.client import Account, RefusedError
from voicegather.simulator import FakeTelnyx

URL = "https://ivr.example.com/voicegather/webhook/"
CLINIC = "+13125550100"


@pytest.fixture
def telnyx() -> Iterator[FakeTelnyx]:
    with FakeTelnyx(webhook_url="http://127.0.0.1:9/nobody") as fake:
        yield fake


@pytest.fixture
def account(telnyx: FakeTelnyx) -> Account:
    return Account(telnyx.api_key, telnyx.base_url, 2.0)


def test_an_application_is_read_with_the_time_at_telnyx(
    telnyx: FakeTelnyx, account: Account
) -> None:
    application, clock = read_application(account, telnyx.connection_id)
    assert application.id == telnyx.connection_id
    assert application.fields["webhook_event_url"] == telnyx.webhook_url
    assert clock is not None
    assert abs(clock - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_of_telnyx_is_asked_with_one_small_request(
    telnyx: FakeTelnyx, account: Account
) -> None:
    clock = read_clock(account)
    assert clock is not None
    assert [each.action for each in telnyx.commands()] == ["list_applications"]


def test_an_update_sends_the_fields_that_telnyx_always_wants(
    telnyx: FakeTelnyx, account: Account
) -> None:
    made = create_application(
        account, {"application_name": "menus", "webhook_event_url": URL, "active": False}
    )
    changed = update_application(account, made, {"active": True})
    assert (changed.id, changed.fields["active"]) == (made.id, True)
    assert telnyx.commands()[-1].params == {
        "application_name": "menus",
        "webhook_event_url": URL,
        "active": True,
    }


def test_every_page_of_applications_is_read(telnyx: FakeTelnyx, account: Account) -> None:
    for number in range(251):
        telnyx.account.create_application(
            {"application_name": f"menus {number}", "webhook_event_url": URL}
        )
    assert len(list_applications(account)) == 252


def test_a_number_is_found_and_pointed_at_an_application(
    telnyx: FakeTelnyx, account: Account
) -> None:
    telnyx.account.add_number(CLINIC)
    number = find_number(account, CLINIC)
    assert number is not None
    assert number.connection_id == ""
    point_number(account, number, telnyx.connection_id)
    again = find_number(account, CLINIC)
    assert again is not None
    assert again.connection_id == telnyx.connection_id


def test_a_longer_number_and_one_that_is_gone_are_not_taken_for_it(
    telnyx: FakeTelnyx, account: Account
) -> None:
    telnyx.account.add_number("+131255501001")
    telnyx.account.add_number(CLINIC, status="ported-out")
    assert find_number(account, CLINIC) is None


def test_a_refusal_names_status_title_and_field_but_no_value(
    telnyx: FakeTelnyx, account: Account
) -> None:
    with pytest.raises(RefusedError) as refused:
        create_application(account, {"application_name": "menus", "webhook_event_url": "nowhere"})
    problem = refused.value
    assert (problem.http_status, problem.title, problem.field) == (
        422,
        "Invalid URL",
        "webhook_event_url",
    )
    assert "nowhere" not in str(problem)


@pytest.mark.parametrize("key", ["", "KEY_fake_other"])
def test_a_wrong_key_is_refused_as_401(telnyx: FakeTelnyx, key: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_clock(Account(key, telnyx.base_url, 2.0))
    assert refused.value.http_status == 401


def test_a_telnyx_that_nobody_reaches_has_the_status_0() -> None:
    with pytest.raises(RefusedError) as refused:
        read_clock(Account("KEY_fake", "http://127.0.0.1:9/v2", 0.5))
    assert (refused.value.http_status, refused.value.title) == (0, "APIConnectionError")
