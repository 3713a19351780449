"""An event's row, by each of the ways in which it may get into the inbox."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import DataError, connection, transaction

from voicegather.models import CallEvent
from voicegather.services import prepared, storing
from voicegather.services.storing import EventRow, store

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)
EVENT = EventRow(
    source="telnyx",
    external_id="one",
    call_control_id="v3:a",
    event_type="call.dtmf.received",
    occurred_at=AT,
    received_at=AT,
    payload={"from": "Zoë 🎧", "n": [1, 2.5, None, True]},
    sealed=b"\x00\xff",
    status="pending",
)


def stored() -> dict[str, Any]:
    event = CallEvent.objects.get()
    row = {name: getattr(event, name) for name in EventRow._fields}
    return {**row, "sealed": None if event.sealed is None else bytes(event.sealed)}


@pytest.fixture
def threshold(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(connection.connection, "prepare_threshold", request.param)


@pytest.mark.parametrize("threshold", [None, 1], indirect=True, ids=["each time", "prepared"])
@pytest.mark.parametrize("sealed", [b"\x00\xff", None])
def test_what_is_stored_is_what_came(threshold: None, sealed: bytes | None) -> None:
    event = EVENT._replace(sealed=sealed)
    assert store(event, connection)
    assert stored() == event._asdict()


@pytest.mark.parametrize("threshold", [None, 1], indirect=True, ids=["each time", "prepared"])
def test_a_repeat_is_not_new_and_changes_nothing(threshold: None) -> None:
    assert store(EVENT, connection)
    assert not store(EVENT._replace(payload={}), connection)
    assert stored() == EVENT._asdict()


def test_what_something_follows_goes_over_django_s_cursor() -> None:
    seen: list[str] = []

    def follow(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(follow):
        assert store(EVENT, connection)
    assert len(seen) == 1
    assert stored() == EVENT._asdict()


def test_where_other_work_is_done_while_waiting_it_goes_over_django_s_cursor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(storing.sys.modules, "gevent", storing)
    monkeypatch.setattr(prepared, "carry_out", lambda *rest: pytest.fail("it would block"))
    assert store(EVENT, connection)


@pytest.mark.parametrize("threshold", [1], indirect=True, ids=[""])
def test_a_statement_that_the_server_has_forgotten_is_prepared_again(threshold: None) -> None:
    store(EVENT, connection)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert store(EVENT._replace(external_id="two"), connection)
    assert CallEvent.objects.count() == 2


def test_an_error_is_django_s_by_its_state_and_the_connection_goes_on() -> None:
    with pytest.raises(DataError) as raised:
        store(EVENT._replace(source="far too long for it"), connection)
    assert isinstance(raised.value.__cause__, psycopg.errors.StringDataRightTruncation)
    assert store(EVENT, connection)


def test_in_a_transaction_it_belongs_to_that() -> None:
    with transaction.atomic():
        assert store(EVENT, connection)
        transaction.set_rollback(True)
    assert not CallEvent.objects.exists()
