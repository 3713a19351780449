"""An export asked for: on record, with what it is of, before its first row is read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, Group
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.models import Export, ExportProfile
from voicegather.selectors.collected import ExportFilters, fix_scope
from voicegather.selectors.entries import Sight, sight_of
from voicegather.services import jobs
from voicegather.services.disclosures import ReasonError, cleaned_reason
from voicegather.services.exports.log import note
from voicegather.services.exports.ranges import ExportError


@dataclass(frozen=True)
class Wish:
    """What somebody wants exported, and how.

    `described` (JSON) says for the record what was filtered. With `team` its members may take the
    file, too; it then holds what all of them may see. `reason` says why sensitive values are in it.
    """

    owner: AbstractBaseUser
    shape: str
    format: str
    filters: ExportFilters
    described: dict[str, Any] = field(default_factory=dict)
    sight: Sight = Sight.MASKED
    profile: ExportProfile | None = None
    team: Group | None = None
    reason: str = ""


def ask_export(wish: Wish) -> Export:
    """Fix what the wish is of and put it on record; start or deliver it next.

    Raises ExportError where its owner may not have it, or does not say why they need what is
    sensitive, and where nothing matches.
    """
    if wish.sight is Sight.REVEALED and sight_of(wish.owner) is not Sight.REVEALED:
        raise ExportError(_("You may not export sensitive values: leave them masked."))
    reason = _reason_of(wish)
    if wish.profile is not None and wish.profile.shape != wish.shape:
        raise ExportError(_("These columns are of the other shape: choose that, or other columns."))
    scope = fix_scope(wish.filters, shape=wish.shape)
    if not scope.calls:
        raise ExportError(_("Nothing matches: there would be no row in the file."))
    with transaction.atomic():
        export = Export.objects.create(
            owner_id=wish.owner.pk,
            shape=wish.shape,
            format=wish.format,
            filters=wish.described,
            team=wish.team,
            reveals=wish.sight is Sight.REVEALED,
            reason=reason,
            columns=columns_in(wish.profile),
            total=len(scope.calls),
            **scope.stored(),
        )
        note(export, user=wish.owner.pk, what=_asked(export))
    return export


def start_export(export: Export) -> None:
    """Have it made in the background."""
    jobs.start(export)


def columns_in(profile: ExportProfile | None) -> list[tuple[str, str]]:
    """The keys and headings of a profile's columns as they are now; none for every column."""
    if profile is None:
        return []
    return [(each.key, each.heading or each.key) for each in profile.columns.all()]


def _reason_of(wish: Wish) -> str:
    if wish.sight is not Sight.REVEALED:
        return ""
    try:
        return cleaned_reason(wish.reason)
    except ReasonError as problem:
        raise ExportError(str(problem)) from None


def _asked(export: Export) -> str:
    """For the record."""
    described = json.dumps(export.filters, ensure_ascii=False, default=_written)
    known = {"shape": export.shape, "format": export.format, "filters": described}
    if export.reveals:
        return _("Exported %(shape)s %(format)s, with sensitive values: %(filters)s") % known
    return _("Exported %(shape)s %(format)s: %(filters)s") % known


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
