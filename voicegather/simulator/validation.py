"""Judge a command's JSON body by its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from voicegather.simulator import errors
from voicegather.simulator.errors import Problem, Refused
from voicegather.simulator.parameters import Kind, Parameter

Table = Mapping[str, Parameter]
CrossCheck = Callable[[dict[str, Any]], Problem | None]

TITLES = {
    errors.MISSING_PARAMETER: "Missing required parameter",
    errors.BAD_REQUEST: "Bad Request",
    errors.INVALID_URL: "Invalid URL",
    "10011": "Media encryption not supported",
    "10016": "Phone number must be in +E164 format",
    "10032": "Invalid enumerated value",
    "10033": "Value outside of range",
    "90007": "Invalid value for terminating_digit",
    "90008": "Invalid value for valid_digits",
    "90009": "Invalid value for loop",
    "90010": "Invalid value for payload",
    "90011": "Invalid value for payload_type",
    "90012": "Invalid value for voice",
    "90013": "Invalid value for language",
    "90014": "Invalid DTMF digits",
    "90016": "Invalid value for stop",
    "90017": "Invalid value for client_state",
    "90022": "Invalid value for minimum_digits",
    "90023": "Invalid value for maximum_digits",
    "90024": "Invalid value for maximum_tries",
    "90025": "Invalid value for timeout_millis",
    "90026": "Invalid value for inter_digit_timeout_millis",
    "90027": "Invalid value for duration_millis",
    "90030": "Invalid value for service_level",
    "90056": "Invalid value for initial_timeout_millis",
    "90057": "Invalid webhook_urls",
}

PYTHON_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
    Kind.OBJECT: (dict,),
    Kind.ARRAY: (list,),
    Kind.LOOP: (int, str),
    Kind.TEXT_OR_ARRAY: (str, list),
    Kind.FILE: (bytes,),
}


def problem_with(name: str, code: str, detail: str) -> Problem:
    """A problem of one parameter: `detail` completes the sentence that its name begins."""
    return Problem(code, TITLES.get(code, "Invalid parameter"), f"{name} {detail}.", f"/{name}")


def validate(
    table: Table, cross_checks: tuple[CrossCheck, ...], body: dict[str, Any]
) -> dict[str, Any]:
    """Return what a body gives, without its nulls; refuse one that the table does not allow.

    Raises `Refused` (422) with every problem that was found, in the table's order. Checks across
    parameters run only when each parameter is right by itself.
    """
    given = {name: value for name, value in body.items() if value is not None}
    problems = [
        problem_with(name, errors.MISSING_PARAMETER, "is not a parameter of this command")
        for name in body
        if name not in table
    ]
    for name, parameter in table.items():
        if name not in given:
            if parameter.required:
                problems.append(problem_with(name, errors.MISSING_PARAMETER, "is required"))
        elif (detail := fault(parameter, given[name])) is not None:
            problems.append(problem_with(name, parameter.code, detail))
    if not problems:
        problems = [found for check in cross_checks if (found := check(given)) is not None]
    if problems:
        raise Refused(422, *problems)
    return given


def fault(parameter: Parameter, value: Any) -> str | None:
    """What is wrong with the value of one parameter, None when it is right."""
    if not _has_type(parameter.kind, value):
        return f"must be of type {parameter.kind.value}"
    if parameter.choices and value not in parameter.choices:
        return f"must be one of {', '.join(str(choice) for choice in parameter.choices)}"
    if parameter.kind is Kind.LOOP:
        return _loop_fault(value)
    if (wrong_size := _size_fault(parameter, value)) is not None:
        return wrong_size
    return parameter.check(value) if parameter.check is not None else None


def _has_type(kind: Kind, value: Any) -> bool:
    if isinstance(value, bool):
        return kind is Kind.BOOLEAN
    return isinstance(value, PYTHON_TYPES[kind])


def _size_fault(parameter: Parameter, value: Any) -> str | None:
    size = len(value) if isinstance(value, str) else value
    unit = " characters long" if isinstance(value, str) else ""
    if parameter.minimum is not None and size < parameter.minimum:
        return f"must be at least {parameter.minimum}{unit}"
    if parameter.maximum is not None and size > parameter.maximum:
        return f"must be at most {parameter.maximum}{unit}"
    return None


def _loop_fault(value: int | str) -> str | None:
    if value == "infinity" or (isinstance(value, str) and value.isdecimal() and _in_loop(value)):
        return None
    if isinstance(value, int) and _in_loop(value):
        return None
    return "must be from 1 to 100, or infinity"


def _in_loop(value: int | str) -> bool:
    return 1 <= int(value) <= 100
