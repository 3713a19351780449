"""The account behind the calls: its Call Control Applications and its phone numbers.

They are kept as they were written. The simulator's webhooks go to its own `webhook_url` whatever
an application says: they never leave this machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voicegather.simulator import errors
from voicegather.simulator.account_tables import (
    APPLICATION_DEFAULTS,
    CREATE_APPLICATION,
    NULLABLE,
    UPDATE_APPLICATION,
    UPDATE_NUMBER,
)
from voicegather.simulator.errors import Refused, SimulatorError
from voicegather.simulator.exchange import Exchange
from voicegather.simulator.paging import Query
from voicegather.simulator.parameters import E164
from voicegather.simulator.validation import problem_with, validate

APPLICATIONS = "call_control_applications"
NUMBERS = "phone_numbers"
#: Where new ids begin; only their shape is Telnyx's.
_FIRST_ID = 1_700_000_000_000_000_000
_SHORTEST_FILTER = 3

Record = dict[str, Any]


class Account:
    """Applications and numbers by id. Call every method with the exchange's lock held.

    There is one application from the beginning: that of the exchange, which calls belong to.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._made = 0
        self._applications: dict[str, Record] = {}
        self._numbers: dict[str, Record] = {}
        self._keep_application(exchange.connection_id, {"application_name": "simulated"})

    @property
    def applications(self) -> list[Record]:
        """Every application, the oldest first."""
        return [self._shown(each) for each in self._applications.values()]

    @property
    def numbers(self) -> list[Record]:
        """Every phone number, the oldest first."""
        return [dict(each) for each in self._numbers.values()]

    def add_number(
        self, number: str, *, connection_id: str | None = None, status: str = "active"
    ) -> str:
        """Have the account own a number in E.164; its id. Raises `SimulatorError` for others."""
        if not E164.fullmatch(number):
            raise SimulatorError(f"{number!r} is no number: write it like +13125550100.")
        made = self._moment()
        id_ = self._new_id()
        self._numbers[id_] = {
            "id": id_,
            "record_type": "phone_number",
            "phone_number": number,
            "phone_number_type": "local",
            "country_iso_alpha2": "US",
            "status": status,
            "deletion_lock_enabled": False,
            "connection_id": connection_id,
            "tags": [],
            "created_at": made,
            "purchased_at": made,
        }
        return id_

    def list_applications(self, query: str) -> Record:
        """A page of applications, the newest first."""
        asked = Query(query)
        part = asked.text("filter[application_name][contains]").lower()
        if part and len(part) < _SHORTEST_FILTER:
            raise Refused(
                422, problem_with("filter", errors.BAD_REQUEST, "needs at least three characters")
            )
        found = [each for each in self.applications if part in each["application_name"].lower()]
        return asked.page(reversed(found))

    def application(self, id_: str) -> Record:
        """One application."""
        return {"data": self._shown(_known(self._applications, id_, APPLICATIONS))}

    def create_application(self, body: Record) -> Record:
        """A new application."""
        given = validate(CREATE_APPLICATION, (), body)
        return {"data": self._shown(self._keep_application(self._new_id(), given))}

    def update_application(self, id_: str, body: Record) -> Record:
        """Change the fields that the body names; those that are required there always."""
        kept = _known(self._applications, id_, APPLICATIONS)
        kept |= validate(UPDATE_APPLICATION, (), body)
        kept |= {name: None for name in NULLABLE if name in body and body[name] is None}
        kept["updated_at"] = self._moment()
        return {"data": self._shown(kept)}

    def list_numbers(self, query: str) -> Record:
        """A page of numbers, the newest first. Other signs than digits find nothing."""
        asked = Query(query)
        digits = asked.text("filter[phone_number]")
        found = [
            each
            for each in self.numbers
            if not digits or (digits.isdecimal() and digits in each["phone_number"])
        ]
        return asked.page(reversed(found))

    def update_number(self, id_: str, body: Record) -> Record:
        """Change the fields that the body names."""
        kept = _known(self._numbers, id_, NUMBERS)
        given = validate(UPDATE_NUMBER, (), body)
        if given.get("connection_id", "") not in {"", *self._applications}:
            raise Refused(
                422, problem_with("connection_id", errors.BAD_REQUEST, "is no connection of yours")
            )
        kept |= given
        return {"data": dict(kept)}

    def _keep_application(self, id_: str, given: Record) -> Record:
        made = self._moment()
        base = {"id": id_, "record_type": "call_control_application", "webhook_event_url": None}
        times = {"created_at": made, "updated_at": made}
        self._applications[id_] = {**base, **APPLICATION_DEFAULTS, **times, **given}
        return self._applications[id_]

    def _shown(self, application: Record) -> Record:
        url = application["webhook_event_url"] or self._exchange.webhook_url or ""
        return {**application, "webhook_event_url": url}

    def _new_id(self) -> str:
        self._made += 1
        return str(_FIRST_ID + self._made)

    def _moment(self) -> str:
        return self._exchange.moment().isoformat()


def _known(records: Mapping[str, Record], id_: str, path: str) -> Record:
    if id_ not in records:
        raise errors.not_found(f"/v2/{path}/{id_}")
    return records[id_]
