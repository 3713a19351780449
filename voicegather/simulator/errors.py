"""What can go wrong: refusals that Telnyx would send, and mistakes in how the simulator is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

BAD_REQUEST = "10015"
MISSING_PARAMETER = "10004"
NOT_FOUND = "10005"
INVALID_URL = "10003"
INVALID_CALL_CONTROL_ID = "90015"
CALL_ENDED = "90018"
NOT_ANSWERED = "90034"
ANSWER_ON_OUTBOUND = "90102"
ASSISTANT_RUNNING = "90061"
RATE_LIMITED = "10011"

STANDARD_CODES = {
    400: BAD_REQUEST,
    401: "10009",
    403: "10010",
    404: NOT_FOUND,
    408: "10007",
    422: BAD_REQUEST,
    429: RATE_LIMITED,
}
SERVER_TROUBLE = "10007"


class SimulatorError(Exception):
    """The simulator cannot do what it was asked; the message says what to change."""


class ScriptError(SimulatorError, ValueError):
    """A script or a scenario is not well formed; the message names the item."""


class NotLoopbackError(SimulatorError, ValueError):
    """A webhook URL leads off this machine. Give one on 127.0.0.1, [::1] or localhost."""


class CallerStillOnTheLineError(SimulatorError, TimeoutError):
    """A caller's call did not end in time. Wait longer, or shorten its script or patience."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of Telnyx's error envelope. `code` is a string there (Telnyx docs: API errors)."""

    code: str
    title: str
    detail: str
    pointer: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry as it stands in the envelope's `errors` list."""
        entry: dict[str, Any] = {"code": self.code, "title": self.title, "detail": self.detail}
        if self.pointer is not None:
            entry["source"] = {"pointer": self.pointer}
        return entry


class Refused(Exception):  # noqa: N818 - it is an answer of Telnyx, not a fault of ours
    """A command that is answered with an error: an HTTP status and at least one `Problem`."""

    def __init__(self, status: int, *problems: Problem) -> None:
        super().__init__(f"{status}: " + "; ".join(problem.detail for problem in problems))
        self.status = status
        self.problems = problems

    @property
    def code(self) -> str:
        """The first problem's Telnyx code."""
        return self.problems[0].code

    def envelope(self) -> dict[str, Any]:
        """The body of the answer: `{"errors": [...]}`."""
        return {"errors": [problem.as_json() for problem in self.problems]}


def unprocessable(code: str, title: str, detail: str, pointer: str | None = None) -> Refused:
    """A 422 with one problem."""
    return Refused(422, Problem(code, title, detail, pointer))


def unauthorized() -> Refused:
    """The API key is missing or is not ours."""
    return Refused(
        401, Problem("10009", "Authentication failed", "Could not understand the API key.")
    )


def not_found(path: str) -> Refused:
    """No such URL."""
    return Refused(
        404,
        Problem(NOT_FOUND, "Resource not found", f"The resource or URL {path} could not be found."),
    )


def malformed(detail: str) -> Refused:
    """The request's body is not a JSON object."""
    return Refused(400, Problem(BAD_REQUEST, "Bad Request", detail))


def unknown_call() -> Refused:
    """No leg has the call_control_id of the path."""
    return unprocessable(
        INVALID_CALL_CONTROL_ID,
        "Invalid Call Control ID",
        "The call_control_id provided was not valid.",
    )


def call_has_ended() -> Refused:
    """The leg is over: the usual race with a caller who hung up first."""
    return unprocessable(
        CALL_ENDED,
        "Call has already ended",
        "This call is no longer active and can't receive commands.",
    )


def call_not_answered() -> Refused:
    """A media command came before the leg was answered."""
    return unprocessable(
        NOT_ANSWERED,
        "Call not answered yet",
        "This call can't receive this command because it has not been answered yet.",
    )


def already_talking() -> Refused:
    """A conversation runs on the leg: there can be one at a time."""
    return unprocessable(
        ASSISTANT_RUNNING,
        "AI Assistant already in progress",
        "An AI assistant is already in progress on this call.",
    )


def scripted_trouble(status: int, code: str | None) -> Refused:
    """The error that a test asked for with `respond_next`."""
    chosen = code or STANDARD_CODES.get(status, SERVER_TROUBLE)
    title = "Too many requests" if status == 429 else "Simulated trouble"
    return Refused(status, Problem(chosen, title, f"The simulator was told to answer {status}."))
