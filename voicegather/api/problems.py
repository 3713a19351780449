"""Errors as problem details (RFC 9457), each with a `code` that never changes.

`errors` names every single reason: where it lies in the body (`pointer`), in which parameter of
the address (`parameter`), or in which place of the menu (`step`, `field`, `line`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException, ErrorDetail, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from voicegather.services.calendars.switching import SwitchMovedError
from voicegather.services.calendars.writing import CalendarInUseError
from voicegather.services.calls.control import ActRefusedError, CallOverError
from voicegather.services.calls.placing import MenuNotPublishedError
from voicegather.services.destinations import DestinationRefusedError
from voicegather.services.inputs import InputError
from voicegather.services.menu_tests import MenuTestsFailedError
from voicegather.services.menus import MenuFileError, MenuLintError
from voicegather.services.menus.errors import MenuArchivedError
from voicegather.services.menus.plans import ApprovalRequiredError
from voicegather.services.prompts import PromptInUseError
from voicegather.services.reviews import ReviewGoneError, ReviewMovedError

MEDIA_TYPE = "application/problem+json"
#: Where in a body the parts of a path lead that name the whole.
_WHOLE = (api_settings.NON_FIELD_ERRORS_KEY, "__all__")


Errors = tuple[Mapping[str, Any], ...]


class ProblemError(APIException):
    """An error with reasons of its own. `errors` are objects for the member of that name."""

    def __init__(self, status_code: int, code: str, detail: str, errors: Errors = ()) -> None:
        super().__init__(detail, code)
        self.status_code = status_code
        self.errors = errors


class ParameterError(ValidationError):
    """Something is wrong with a parameter of the address: `problems` by its name."""

    def __init__(self, problems: Mapping[str, Any]) -> None:
        super().__init__(problems)


def answer_problem(problem: Exception, context: dict[str, Any]) -> Response | None:
    """The response that tells of `problem`, None where it is none of the caller's making."""
    problem = _known(problem)
    response = exception_handler(problem, context)
    if response is None:
        return None
    response.data = _details(problem, response)
    return response


def _known(problem: Exception) -> Exception:
    """Our own errors as those of HTTP."""
    errors: Errors
    if isinstance(problem, Http404):
        # Django's own words tell of models, in English.
        return NotFound(_("There is nothing here."))
    if isinstance(problem, ReviewGoneError):
        return NotFound(str(problem))
    if isinstance(problem, InputError):
        errors = tuple(
            {"pointer": _pointer(each.path), "detail": each.message} for each in problem.problems
        )
        return ProblemError(status.HTTP_400_BAD_REQUEST, "invalid", str(_INVALID), errors)
    if isinstance(problem, MenuFileError):
        errors = tuple(
            {"line": each.line, "place": each.path, "detail": each.message}
            for each in problem.found
        )
        detail = _("The menu's document cannot stand; nothing was changed.")
        return ProblemError(status.HTTP_400_BAD_REQUEST, "menu_document", detail, errors)
    if isinstance(problem, DestinationRefusedError):
        errors = ({"pointer": "#/to", "detail": str(problem)},)
        return ProblemError(
            status.HTTP_400_BAD_REQUEST, "destination_refused", str(problem), errors
        )
    for kind, code in _CONFLICTS.items():
        if isinstance(problem, kind):
            return ProblemError(status.HTTP_409_CONFLICT, code, str(problem))
    if isinstance(problem, MenuLintError):
        errors = tuple(finding_shape(each) for each in problem.findings)
        detail = _("The menu cannot be published; the live version stays as it is.")
        return ProblemError(status.HTTP_409_CONFLICT, "menu_findings", detail, errors)
    return problem


def finding_shape(finding: Any) -> dict[str, str]:
    """One finding of the linter as the API tells it."""
    return {
        "severity": finding.severity.value,
        "step": finding.step,
        "field": finding.field,
        "code": finding.code,
        "detail": finding.message,
    }


#: What cannot be done as things stand now.
_CONFLICTS: Mapping[type[Exception], str] = {
    CalendarInUseError: "calendar_in_use",
    SwitchMovedError: "switch_moved",
    CallOverError: "call_over",
    ActRefusedError: "act_refused",
    MenuArchivedError: "menu_archived",
    MenuNotPublishedError: "menu_not_published",
    MenuTestsFailedError: "menu_tests_failed",
    PromptInUseError: "prompt_in_use",
    ReviewMovedError: "review_moved",
    ApprovalRequiredError: "approval_required",
}
_INVALID = gettext_lazy("What was given cannot be used; nothing was changed.")


def _details(problem: Exception, response: Response) -> dict[str, Any]:
    details: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
        "code": _code(problem),
    }
    if isinstance(problem, ValidationError):
        details["detail"] = str(_INVALID)
        where = "parameter" if isinstance(problem, ParameterError) else "pointer"
        details["errors"] = list(_reasons(problem.detail, (), where))
    else:
        details["detail"] = str(response.data.get("detail", details["title"]))
    if isinstance(problem, ProblemError) and problem.errors:
        details["errors"] = list(problem.errors)
    return details


def _code(problem: Exception) -> str:
    if isinstance(problem, PermissionDenied):
        return "permission_denied"
    if isinstance(problem, ValidationError):
        return "invalid"
    codes = problem.get_codes() if isinstance(problem, APIException) else "error"
    return codes if isinstance(codes, str) else "invalid"


def _reasons(detail: Any, path: tuple[str | int, ...], where: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _reasons(inner, path if name in _WHOLE else (*path, name), where)
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            at = path if isinstance(inner, ErrorDetail | str) else (*path, index)
            yield from _reasons(inner, at, where)
    else:
        place = _pointer(path) if where == "pointer" else str(path[0] if path else "")
        yield {where: place, "detail": str(detail)}


def _pointer(path: tuple[str | int, ...]) -> str:
    """A JSON pointer as a fragment: ``#/variants/0/text``."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "#" + "".join(f"/{part}" for part in parts)
