"""Commands come in: who may, what is asked, whether it is right, and what is answered."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from voicegather.simulator import errors
from voicegather.simulator.account import Account
from voicegather.simulator.account_api import (
    ACCOUNT_ACTIONS,
    MEDIA_ACTIONS,
    OF_LISTS,
    OF_RECORDS,
    WRITING_ACTIONS,
    answer_of_account,
    logged,
)
from voicegather.simulator.behaviours import Behaviours
from voicegather.simulator.commands import COMMANDS, DIAL, Command, Needs
from voicegather.simulator.errors import Refused
from voicegather.simulator.exchange import Exchange
from voicegather.simulator.legs import Leg, Phase
from voicegather.simulator.media import parse_form
from voicegather.simulator.records import CommandLog, RecordedCommand
from voicegather.simulator.report import Stopwatch
from voicegather.simulator.validation import validate

#: How long a repeated command_id is ignored, in real seconds (Telnyx docs: retrying commands).
REPEAT_SECONDS = 60.0
RATE_LIMIT = 100
ACCEPTED = {"result": "ok"}


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back over HTTP after `delay_seconds`; `lost` means that nothing does."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    lost: bool = False


@dataclass(slots=True)
class Trouble:
    """What shall happen to the next `times` commands of a name, on one leg or on any.

    A status under 400 lets the command be carried out; `lost` then loses its answer.
    """

    action: str
    status: int
    times: int
    call_control_id: str | None
    delay_seconds: float
    code: str | None
    lost: bool = False


@dataclass(slots=True)
class _Request:
    action: str
    call_control_id: str | None
    params: dict[str, Any] = field(default_factory=dict)
    repeat: bool = False
    trouble: Trouble | None = None


class Api:
    """Answers requests under `/v2`. Thread-safe: it takes the exchange's lock."""

    def __init__(
        self,
        exchange: Exchange,
        behaviours: Behaviours,
        stopwatch: Stopwatch,
        *,
        account: Account,
        api_key: str,
        clock: Callable[[], float],
    ) -> None:
        self._exchange = exchange
        self._account = account
        self._behaviours = behaviours
        self._stopwatch = stopwatch
        self._lock: threading.RLock = exchange.lock
        self._api_key = api_key
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
        self._troubles: list[Trouble] = []
        self.log = CommandLog()

    def expect_trouble(self, trouble: Trouble) -> None:
        """Meddle with commands to come; earlier troubles of the same action come first."""
        with self._lock:
            self._troubles.append(trouble)

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Answer one request. `path` begins with `/v2/`; header names are lower case."""
        with self._lock:
            request = _Request(_action_of(method, path), _call_of(path))
            at = self._exchange.moment()
            code: str | None = None
            try:
                answer = self._answer(request, method, path, headers, body)
                response = Response(204 if request.action == "delete_media" else 200, answer)
            except Refused as refused:
                code = refused.code
                response = Response(refused.status, refused.envelope(), _headers(refused))
            self.log.add(
                RecordedCommand(
                    at,
                    request.action,
                    request.params,
                    response.status,
                    code,
                    request.call_control_id,
                    request.repeat,
                )
            )
        return _delayed(response, request.trouble)

    def _answer(
        self,
        request: _Request,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
    ) -> dict[str, Any]:
        if headers.get("authorization") != f"Bearer {self._api_key}":
            raise errors.unauthorized()
        if request.action == "status" and method == "GET" and request.call_control_id:
            return {"data": self._behaviours.status(self._leg(request))}
        if request.action in ACCOUNT_ACTIONS:
            return self._answer_of_account(request, path, headers, body)
        command = DIAL if request.action == "dial" else COMMANDS.get(request.action)
        if command is None or method != command.method:
            raise errors.not_found(path)
        request.params = _parse(body)
        leg = None if request.action == "dial" else self._leg(request)
        if leg is not None:
            self._stopwatch.command(leg.call_session_id, request.action)
        self._meddle(request)
        return {"data": self._carry_out_once(request, command, leg)}

    def _answer_of_account(
        self, request: _Request, path: str, headers: Mapping[str, str], body: bytes
    ) -> dict[str, Any]:
        address, _, query = path.partition("?")
        form = parse_form(body, headers) if request.action in MEDIA_ACTIONS else None
        given = form
        if form is None and request.action in WRITING_ACTIONS:
            given = _parse(body)
        request.params = logged(given or {})
        self._meddle(request)
        id_ = _segments(address)[-1]
        return answer_of_account(
            request.action,
            account=self._account,
            media=self._exchange.media,
            recordings=self._exchange.archive,
            talks=self._exchange.talks,
            id_=id_,
            query=query,
            params=given or {},
        )

    def _meddle(self, request: _Request) -> None:
        """Take what a test has in store for the request; raises `Refused` where that refuses."""
        request.trouble = self._trouble(request)
        if request.trouble is not None and request.trouble.status >= 400:
            raise errors.scripted_trouble(request.trouble.status, request.trouble.code)

    def _carry_out_once(
        self, request: _Request, command: Command, leg: Leg | None
    ) -> dict[str, Any]:
        given = validate(command.table, command.checks, request.params)
        command_id = given.get("command_id")
        key = (request.call_control_id or "dial", command_id or "")
        now = self._clock()
        if (
            command_id is not None
            and key in self._seen
            and now - self._seen[key][0] < (REPEAT_SECONDS)
        ):
            request.repeat = True
            return self._seen[key][1]
        data = self._carry_out(request.action, command, leg, given)
        if command_id is not None:
            self._seen[key] = (now, data)
        return data

    def _carry_out(
        self, action: str, command: Command, leg: Leg | None, params: dict[str, Any]
    ) -> dict[str, Any]:
        if leg is None:
            return self._behaviours.dial(params)
        if not leg.alive:
            raise errors.call_has_ended()
        if command.needs is Needs.ANSWERED and leg.phase is not Phase.ANSWERED:
            raise errors.call_not_answered()
        former_state = leg.client_state
        leg.client_state = params.get("client_state", former_state)
        behaviour: Callable[[Leg, dict[str, Any]], dict[str, Any]] = getattr(
            self._behaviours, action
        )
        try:
            data = ACCEPTED | behaviour(leg, params)
        except Refused:
            leg.client_state = former_state
            raise
        leg.commanded()
        return data

    def _leg(self, request: _Request) -> Leg:
        leg = self._exchange.legs.get(request.call_control_id or "")
        if leg is None:
            raise errors.unknown_call()
        return leg

    def _trouble(self, request: _Request) -> Trouble | None:
        for trouble in self._troubles:
            if trouble.action == request.action and trouble.call_control_id in (
                None,
                request.call_control_id,
            ):
                trouble.times -= 1
                if trouble.times == 0:
                    self._troubles.remove(trouble)
                return trouble
        return None


def _segments(path: str) -> list[str]:
    return [unquote(part) for part in path.partition("?")[0].removeprefix("/v2/").split("/")]


def _action_of(method: str, path: str) -> str:
    match _segments(path):
        case ["calls"]:
            return "dial"
        case ["calls", _]:
            return "status"
        case ["calls", _, "actions", action]:
            return action if action not in ACCOUNT_ACTIONS else "unknown"
        case [place]:
            return OF_LISTS.get((method, place), "unknown")
        case [*place, _]:
            return OF_RECORDS.get((method, "/".join(place)), "unknown")
        case _:
            return "unknown"


def _call_of(path: str) -> str | None:
    match _segments(path):
        case ["calls", call_control_id, *_]:
            return call_control_id
        case _:
            return None


def _parse(body: bytes) -> dict[str, Any]:
    try:
        params = json.loads(body)
    except ValueError as error:
        raise errors.malformed(f"The request body is not valid JSON: {error}.") from error
    if not isinstance(params, dict):
        raise errors.malformed("The request body must be a JSON object.")
    return params


def _headers(refused: Refused) -> dict[str, str]:
    if refused.status != 429:
        return {}
    return {
        "x-ratelimit-limit": str(RATE_LIMIT),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": "1",
    }


def _delayed(response: Response, trouble: Trouble | None) -> Response:
    if trouble is None:
        return response
    return Response(
        response.status, response.body, response.headers, trouble.delay_seconds, trouble.lost
    )
