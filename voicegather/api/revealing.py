"""What is sensitive is shown to those who may reveal it and say why, and that goes on record."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from voicegather.api.problems import ParameterError, ProblemError
from voicegather.selectors.entries import Sight, sight_of
from voicegather.services.disclosures import ReasonError, Way, cleaned_reason, reveal_again

REASON_HEADER = "Reveal-Reason"
REVEAL = (
    OpenApiParameter(
        "reveal",
        bool,
        description=(
            "Show what is sensitive whole. Takes the permission `reveal_sensitive` and a reason in "
            f"the header `{REASON_HEADER}`, and goes on record."
        ),
    ),
    OpenApiParameter(
        REASON_HEADER,
        str,
        OpenApiParameter.HEADER,
        description="Why what is sensitive is revealed: 5 to 300 characters, in UTF-8.",
    ),
)


def sight_asked_for(request: Request) -> Sight:
    """Masked, unless ``?reveal=true`` asks for more and a header says why.

    Raises PermissionDenied, ParameterError, and ProblemError where the reason is missing or short.
    """
    asked = request.query_params.get("reveal", "false")
    if asked not in ("true", "false"):
        raise ParameterError({"reveal": [_("Write true or false.")]})
    if asked == "false":
        return Sight.MASKED
    if sight_of(request.user) is not Sight.REVEALED:
        raise PermissionDenied(_("This takes the permission “%s”.") % "reveal_sensitive")
    try:
        cleaned_reason(_reason_in(request))
    except ReasonError as problem:
        told = _("Say why in the header %(header)s. %(problem)s")
        known = {"header": REASON_HEADER, "problem": problem}
        raise ProblemError(400, "reason_required", told % known) from None
    return Sight.REVEALED


def note_sight(request: Request, sight: Sight, rows: Sequence[Model]) -> None:
    """Put on record that the user is shown all of `rows`, if that is what they see."""
    if sight is Sight.REVEALED and rows:
        reveal_again(user=request.user, rows=rows, reason=_reason_in(request), way=Way.API)


def _reason_in(request: Request) -> str:
    """The header as it was meant: WSGI hands on its bytes as Latin-1."""
    given: str = request.headers.get(REASON_HEADER, "")
    try:
        return given.encode("latin-1").decode()
    except UnicodeError:
        return given
