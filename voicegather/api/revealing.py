"""What is sensitive is shown to those who may reveal it and ask for it, and that is noted."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from voicegather.api.problems import ParameterError
from voicegather.selectors.entries import Sight, sight_of
from voicegather.services.revealing import note_revealed

REVEAL = OpenApiParameter(
    "reveal",
    bool,
    description=(
        "Show what is sensitive whole. Takes the permission `reveal_sensitive`, and leaves a note "
        "in the site's log."
    ),
)


def sight_asked_for(request: Request) -> Sight:
    """Masked, unless ``?reveal=true`` asks for more; raises PermissionDenied, ParameterError."""
    asked = request.query_params.get("reveal", "false")
    if asked not in ("true", "false"):
        raise ParameterError({"reveal": [_("Write true or false.")]})
    if asked == "false":
        return Sight.MASKED
    if sight_of(request.user) is not Sight.REVEALED:
        raise PermissionDenied(_("This takes the permission “%s”.") % "reveal_sensitive")
    return Sight.REVEALED


def note_sight(request: Request, sight: Sight, rows: Sequence[Model]) -> None:
    """Note that the user is shown all of `rows`, if that is what they see."""
    if sight is Sight.REVEALED and rows:
        note_revealed(user=request.user, rows=rows)
