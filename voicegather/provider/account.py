"""The Telnyx account itself: its Call Control Applications, and the numbers that lead to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from voicegather.provider.client import Account, RefusedError, ask

#: What an application of ours must be, whatever it was made for (Telnyx docs: Call Control
#: Applications). Keys that callers press stay out of Telnyx's debug logs, and a caller whom
#: nobody answers is let go instead of hearing it ring for ever.
WANTED: Mapping[str, Any] = {
    "active": True,
    "webhook_api_version": "2",
    "first_command_timeout": True,
    "first_command_timeout_secs": 30,
    "redact_dtmf_debug_logging": True,
}
NAME = "application_name"
URL = "webhook_event_url"
FAILOVER_URL = "webhook_event_failover_url"
#: The application's id at a number.
CONNECTION_ID = "connection_id"

_FIELDS = (NAME, URL, FAILOVER_URL, *WANTED)
_LARGEST_PAGE = 250
#: Numbers that are no longer the account's, or never became it.
_GONE = frozenset({"deleted", "ported-out", "purchase-failed", "port-failed"})


@dataclass(frozen=True, slots=True)
class Application:
    """A Call Control Application: its id, and its settings by Telnyx's names."""

    id: str
    fields: Mapping[str, Any]
    #: Without it no call can be placed nor transferred: "" where there is none.
    outbound_voice_profile_id: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number of the account; `connection_id` is "" where calls lead nowhere."""

    id: str
    number: str
    connection_id: str


def lacking(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those of WANTED that an application's settings are not, as they should be.

    How long a caller waits for our first command is the site's own affair, if there is an end.
    """
    ends = bool(fields.get("first_command_timeout") and fields.get("first_command_timeout_secs"))
    return {
        name: wanted
        for name, wanted in WANTED.items()
        if fields.get(name) != wanted and not (ends and name == "first_command_timeout_secs")
    }


def read_application(account: Account, id_: str) -> tuple[Application, datetime | None]:
    """The application, and the time of Telnyx's clock where the answer tells it.

    Raises RefusedError; its `http_status` is 404 where the account has no such application.
    """

    def question(client: Any) -> tuple[Any, str]:
        answer = client.call_control_applications.with_raw_response.retrieve(id_)
        return answer.parse().data, answer.headers.get("date", "")

    data, date = ask(account, question)
    return _application(data), _moment(date)


def read_clock(account: Account) -> datetime | None:
    """Ask for one application, whichever, and return what the clock of Telnyx said, if anything.

    The cheapest request that needs the key. Raises RefusedError.
    """
    date: str = ask(
        account,
        lambda client: client.call_control_applications.with_raw_response.list(
            page_size=1
        ).headers.get("date", ""),
    )
    return _moment(date)


def list_applications(account: Account) -> list[Application]:
    """All applications of the account. Raises RefusedError."""
    found = ask(
        account,
        lambda client: list(client.call_control_applications.list(page_size=_LARGEST_PAGE)),
    )
    return [_application(each) for each in found]


def create_application(account: Account, fields: Mapping[str, Any]) -> Application:
    """A new application with these settings. Raises RefusedError."""
    answer = ask(account, lambda client: client.call_control_applications.create(**fields))
    return _application(answer.data)


def update_application(
    account: Account, application: Application, fields: Mapping[str, Any]
) -> Application:
    """Change these settings of an application. Raises RefusedError."""
    needed = {name: application.fields[name] for name in (NAME, URL)}
    answer = ask(
        account,
        lambda client: client.call_control_applications.update(
            application.id, **{**needed, **fields}
        ),
    )
    return _application(answer.data)


def find_number(account: Account, number: str) -> Number | None:
    """The account's number in E.164, None where it owns none such. Raises RefusedError."""
    found = ask(
        account,
        # Telnyx finds nothing where anything but digits is asked for.
        lambda client: list(
            client.phone_numbers.list(filter={"phone_number": number.removeprefix("+")})
        ),
    )
    for each in found:
        if _text(each, "phone_number") == number and _text(each, "status") not in _GONE:
            return Number(_id(each), number, _text(each, CONNECTION_ID))
    return None


def point_number(account: Account, number: Number, application_id: str) -> None:
    """Have calls to the number lead to an application. Raises RefusedError."""
    ask(
        account,
        lambda client: client.phone_numbers.update(number.id, connection_id=application_id),
    )


def _application(data: object) -> Application:
    outbound = getattr(data, "outbound", None)
    return Application(
        id=_id(data),
        fields={name: getattr(data, name, None) for name in _FIELDS},
        outbound_voice_profile_id=_text(outbound, "outbound_voice_profile_id"),
    )


def _id(data: object) -> str:
    """The SDK does not check what it reads: what has no id is no answer of Telnyx."""
    found = _text(data, "id")
    if not found:
        raise RefusedError(0, title="an answer that is not Telnyx's")
    return found


def _text(data: object, name: str) -> str:
    value = getattr(data, name, None)
    return value if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return None
