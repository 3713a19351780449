"""A result as its page and the queue show it: what was asked, entered, said and decided."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_permission_codename
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from voicegather.admin.disclosures.revealing import sight_of_page
from voicegather.admin.recordings.players import players_of
from voicegather.engine.graph import Sensitivity
from voicegather.models import Disclosure, GatherResult
from voicegather.selectors.entries import Sight, sight_of
from voicegather.selectors.looking import Look, look_at, recordings_beside
from voicegather.services.disclosures import (
    ReasonError,
    RevealRefusedError,
    note_view,
    recent_reasons,
    reveal,
)

#: The field of a form that asks to see what is sensitive.
REASON = "reveal_reason"
REVIEW = "voicegather.review_gatherresult"


def may_review(request: HttpRequest) -> bool:
    """Whether the user may decide about results; which ones, their teams say."""
    return request.user.has_perm(REVIEW)


def with_surroundings(results: QuerySet[GatherResult]) -> QuerySet[GatherResult]:
    """With all that :func:`look_context` needs of other tables."""
    found = results.select_related("call", "menu", "visit__version")
    return found.defer("call__sealed_state", "visit__version__document")


def hides_of(result: GatherResult) -> bool:
    """Whether a look at it masks something that can be revealed."""
    sensitive = result.visit.conversations.exclude(sensitivity=Sensitivity.NORMAL)
    return result.sensitivity != Sensitivity.NORMAL or sensitive.exists()


def sight_given(request: Any, result: GatherResult) -> tuple[Sight, str]:
    """What this answer shows, and what is wrong with the reason that was posted for seeing more.

    It is on record before it is shown; the next page is masked again.
    """
    if request.method != "POST" or REASON not in request.POST:
        return sight_of_page(request), ""
    reason = request.POST[REASON]
    try:
        reveal(user=request.user, rows=[result], reason=reason, way=Disclosure.Way.ADMIN)
    except (ReasonError, RevealRefusedError) as problem:
        return Sight.MASKED, str(problem)
    request.sight = Sight.REVEALED
    return Sight.REVEALED, ""


def look_context(request: HttpRequest, result: GatherResult) -> dict[str, Any]:
    """What the includes for results show of one with its surroundings."""
    sight, reveal_problem = sight_given(request, result)
    look = look_at(result, sight)
    if look.turns:
        is_all = sight is Sight.REVEALED
        normal = Sensitivity.NORMAL
        rows = [each for each in look.conversations if is_all or each.sensitivity == normal]
        way = Disclosure.Way.ADMIN
        note_view(user=request.user, kind=Disclosure.Kind.TRANSCRIPT, rows=rows, way=way)
    is_sensitive = result.sensitivity != Sensitivity.NORMAL
    may_reveal = is_sensitive and sight_of(request.user) is Sight.REVEALED
    return {
        "players": players_of(request, recordings_beside(result)),
        "reveal_problem": reveal_problem,
        "recent_reasons": recent_reasons(request.user) if may_reveal else [],
        "look": look,
        "look_links": _links(request, result),
        "look_conversations": _conversations(request, look),
        "may_reveal": may_reveal,
        "may_correct": not is_sensitive or may_reveal,
        "is_revealed": sight is Sight.REVEALED,
    }


def _links(request: HttpRequest, result: GatherResult) -> list[tuple[str, str, str]]:
    """What it belongs to: label, text and address, "" where the user may not open it."""
    call, visit = result.call, result.visit
    found: list[tuple[str, str, Model | None, str]] = [
        (_("Call"), str(call), call, f"#result-{result.pk}"),
        (_("Visit"), _("%(number)s of the call") % {"number": visit.number}, visit, ""),
    ]
    if result.menu is not None:
        found.append((_("Menu"), str(result.menu), result.menu, ""))
    if visit.version is not None:
        found.append((_("Version"), f"v{visit.version.number}", visit.version, ""))
    return [(label, text, address_of(request, row, at)) for label, text, row, at in found]


def _conversations(request: HttpRequest, look: Look) -> list[tuple[str, str]]:
    return [(str(each), address_of(request, each)) for each in look.conversations]


def address_of(request: HttpRequest, row: Model | None, at: str = "") -> str:
    """The row's page, "" where the user may not see rows of its kind."""
    if row is None:
        return ""
    opts = row._meta
    verbs = ("view", "change")
    codenames = (f"{opts.app_label}.{get_permission_codename(verb, opts)}" for verb in verbs)
    if not any(request.user.has_perm(each) for each in codenames):
        return ""
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk]) + at
