"""What publishing a menu, or an earlier version of it, would change for callers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from voicegather.engine.codec import CodecError
from voicegather.engine.state import Phase
from voicegather.models import Call, Menu, MenuVersion
from voicegather.services.menus.comparing import Comparison, compare_documents
from voicegather.services.menus.compiling import compile_draft, content_sha256
from voicegather.services.menus.draft import Draft, read_draft, read_drafts
from voicegather.services.menus.findings import Finding, Severity
from voicegather.services.menus.lint import lint_document, lint_draft

_IN_PROGRESS = tuple(phase for phase in Phase if phase is not Phase.ENDED)


@dataclass(frozen=True)
class Publication:
    """What would go live. `comparison` is with what is live, None where that cannot be read.

    `foreign_prompts` are the keys of prompts whose words are another team's to show.
    """

    document: dict[str, Any]
    sha256: str
    findings: tuple[Finding, ...]
    comparison: Comparison | None
    foreign_prompts: frozenset[str] = frozenset()

    @property
    def has_errors(self) -> bool:
        return any(each.severity is Severity.ERROR for each in self.findings)


def publication_of(menu: Menu) -> Publication:
    """The draft as it stands; as many queries for any number of steps."""
    return _publication_of_draft(read_draft(menu))


def publications_of(menus: Sequence[Menu]) -> dict[int, Publication]:
    """The drafts of many menus by the menu's id; what the linter asks of each comes on top."""
    return {draft.menu.pk: _publication_of_draft(draft) for draft in read_drafts(menus)}


def _publication_of_draft(draft: Draft) -> Publication:
    menu = draft.menu
    document = compile_draft(draft)
    foreign = (
        key for key, prompt in draft.prompts.items() if prompt.team_id not in (None, menu.team_id)
    )
    return Publication(
        document=document,
        sha256=content_sha256(document),
        findings=lint_draft(draft),
        comparison=comparison_of(menu.live_version, document),
        foreign_prompts=frozenset(foreign),
    )


def publication_of_version(version: MenuVersion) -> Publication:
    """A version of a menu as it would be live again."""
    menu = version.menu
    return Publication(
        document=version.document,
        sha256=version.sha256,
        findings=lint_document(menu, version.document),
        comparison=comparison_of(menu.live_version, version.document),
    )


def comparison_of(old: MenuVersion | None, new: dict[str, Any]) -> Comparison | None:
    """What differs in a document from a version, or from nothing; None where one is unreadable."""
    try:
        return compare_documents(old.document if old else None, new)
    except CodecError:
        return None


def calls_in_progress(version: MenuVersion | None) -> int:
    """How many calls that began on this version are not over; they end on it."""
    if version is None:
        return 0
    return Call.objects.filter(phase__in=_IN_PROGRESS, version=version).count()


def calls_taken(versions: Sequence[MenuVersion]) -> dict[int, int]:
    """How many calls began on each version, test calls apart; those without are absent."""
    calls = Call.objects.filter(version__in=versions, is_test=False)
    counted = calls.order_by().values_list("version").annotate(count=Count("pk"))
    return {version: count for version, count in counted if version is not None}
