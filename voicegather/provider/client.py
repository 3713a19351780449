"""Sending one command to Telnyx with the official SDK: one try, and a plain answer.

The SDK takes a second and 100 MiB to load, so only this module imports it, and only when the
first command is sent or a worker warms it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from voicegather.exceptions import VoicegatherError
from voicegather.provider.quiet import keep_quiet

if TYPE_CHECKING:
    from telnyx import Telnyx

#: REST action → SDK method, where the names differ (Telnyx SDK: calls.actions).
METHODS = {
    "ai_assistant_add_messages": "add_ai_assistant_messages",
    "ai_assistant_start": "start_ai_assistant",
    "ai_assistant_stop": "stop_ai_assistant",
    "gather_stop": "stop_gather",
    "playback_start": "start_playback",
    "playback_stop": "stop_playback",
    "record_pause": "pause_recording",
    "record_resume": "resume_recording",
    "record_start": "start_recording",
    "record_stop": "stop_recording",
}
#: ``POST /calls``; every other action is of a leg.
DIAL = "dial"
RETRYABLE = frozenset({408, 429})

T = TypeVar("T")


class RefusedError(VoicegatherError):
    """A question about the account that Telnyx refused, or that nobody answered (status 0).

    `title` is Telnyx's own word for it, or the kind of the network's trouble; `field` the one that
    it names, "" for none. Neither repeats a value that was sent.
    """

    def __init__(self, http_status: int, *, title: str = "", field: str = "") -> None:
        super().__init__(f"Telnyx: {http_status} {title} {field}".strip())
        self.http_status = http_status
        self.title = title
        self.field = field

    @property
    def may_pass(self) -> bool:
        """Whether the same question may be answered in a moment."""
        return self.http_status in (0, 408, 429) or self.http_status >= 500


@dataclass(frozen=True, slots=True)
class Account:
    """Whose calls: an API key, the base URL ("" for Telnyx's own), and our time-out."""

    api_key: str
    base_url: str
    timeout_seconds: float

    def __repr__(self) -> str:
        return f"Account({self.base_url or 'Telnyx'})"


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """What came of one try. `http_status` is 0 when nobody answered."""

    accepted: bool
    http_status: int
    milliseconds: int
    code: str = ""
    detail: str = ""
    #: Seconds that Telnyx asks us to wait, 0 where it does not.
    retry_after: float = 0.0
    #: Of the conversation that an AI gather or an assistant began, and of the leg that a dial made.
    conversation_id: str = ""
    call_control_id: str = ""
    call_leg_id: str = ""
    call_session_id: str = ""

    @property
    def is_worth_retrying(self) -> bool:
        """Whether the same command may succeed in a moment: 429, 5xx, or no answer at all."""
        status = self.http_status
        return not self.accepted and (status == 0 or status >= 500 or status in RETRYABLE)


_clients: dict[Account, Telnyx] = {}
_clients_lock = threading.Lock()


def warm(account: Account) -> None:
    """Load the SDK and build the account's client, before the first caller waits for it."""
    _ = _client(account).calls.actions


def send_action(
    account: Account, call_control_id: str, action: str, params: dict[str, Any]
) -> CommandAnswer:
    """Try a command once. Never raises for what Telnyx or the network answer.

    The action ``dial`` makes a leg and has none yet. `params` are Telnyx's JSON parameters with
    ``command_id`` (repeats of it are dropped by Telnyx for 60 seconds; the SDK itself sends no
    idempotency header).
    """
    if not account.api_key:
        return CommandAnswer(False, 401, 0, "no_key", "TELNYX_API_KEY is not set")
    import telnyx

    calls = _client(account).calls
    arguments = dict(params)
    if "from" in arguments:
        arguments["from_"] = arguments.pop("from")
    began = time.monotonic()
    try:
        if action == DIAL:
            answer = calls.dial(**arguments)
        else:
            method = getattr(calls.actions, METHODS.get(action, action))
            answer = method(call_control_id, **arguments)
    except telnyx.APIStatusError as problem:
        return _refusal(problem, _since(began))
    except telnyx.APIConnectionError as problem:
        return CommandAnswer(False, 0, _since(began), "", type(problem).__name__)
    except telnyx.TelnyxError as problem:
        return CommandAnswer(False, 0, _since(began), "", type(problem).__name__)
    except (ValueError, TypeError) as problem:
        return _unreadable(problem, _since(began))
    return CommandAnswer(
        True,
        200,
        _since(began),
        conversation_id=_told(answer, "conversation_id", 64),
        call_control_id=_told(answer, "call_control_id", 255),
        call_leg_id=_told(answer, "call_leg_id", 64),
        call_session_id=_told(answer, "call_session_id", 64),
    )


def ask(account: Account, question: Callable[[Telnyx], T]) -> T:
    """What the SDK's client answers to a question outside of calls; one try.

    Raises RefusedError for whatever Telnyx or the network answer instead.
    """
    if not account.api_key:
        raise RefusedError(401, title="no API key")
    import telnyx

    try:
        return question(_client(account))
    except telnyx.APIStatusError as problem:
        _, title = _first_error(problem.body)
        field = _first_field(problem.body)
        raise RefusedError(problem.status_code, title=title, field=field) from None
    except (telnyx.TelnyxError, ValueError, TypeError) as problem:
        raise RefusedError(0, title=type(problem).__name__) from None


def _told(answer: object, name: str, longest: int) -> str:
    """A field of the answer's data; "" where there is none, or none that can be an id.

    The SDK does not check what it reads: an answer may be anything.
    """
    value = getattr(getattr(answer, "data", None), name, None)
    return value if isinstance(value, str) and len(value) <= longest else ""


def _client(account: Account) -> Telnyx:
    with _clients_lock:
        client = _clients.get(account)
        if client is None:
            from telnyx import Telnyx

            keep_quiet()
            client = Telnyx(
                api_key=account.api_key,
                base_url=account.base_url or None,
                timeout=account.timeout_seconds,
                max_retries=0,
            )
            _clients[account] = client
        return client


def _unreadable(problem: Exception, milliseconds: int) -> CommandAnswer:
    """What the SDK itself could not take: an answer that is no JSON, or a request that is none.

    An answer of that sort came with success, so that the command is taken as accepted; what
    cannot even be sent is not worth another try.
    """
    accepted = isinstance(problem, json.JSONDecodeError | UnicodeDecodeError)
    return CommandAnswer(
        accepted, 200 if accepted else 400, milliseconds, "", type(problem).__name__
    )


def _refusal(problem: Any, milliseconds: int) -> CommandAnswer:
    code, detail = _first_error(problem.body)
    return CommandAnswer(
        False,
        problem.status_code,
        milliseconds,
        code,
        detail,
        _seconds(problem.response.headers.get("x-ratelimit-reset")),
    )


def _first_error(body: object) -> tuple[str, str]:
    """Code and title of Telnyx's error envelope; its detail may repeat what we sent."""
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return "", ""
    return _printable(first.get("code"))[:20], _printable(first.get("title"))[:255]


def _first_field(body: object) -> str:
    """The field that the first error points at, such as ``webhook_event_url``."""
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    source = first.get("source") if isinstance(first, dict) else None
    pointer = source.get("pointer") if isinstance(source, dict) else None
    return _printable(pointer).strip("/")[:100]


def _printable(value: object) -> str:
    """Text that every database takes."""
    return "".join(each for each in str(value or "") if each.isprintable())


def _seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text or 0))
    except ValueError:
        return 0.0


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
