"""A comparison of two versions as its page shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.services.menus.comparing import Comparison, Difference, Fate

#: Differences shown at once; the others open on a click.
MOST_OPEN = 40


@dataclass(frozen=True)
class Shown:
    """A difference. `is_new` since the page was opened; `is_foreign`: another team's words."""

    difference: Difference
    url: str = ""
    is_new: bool = False
    is_foreign: bool = False


@dataclass(frozen=True)
class Group:
    """The differences under one title."""

    title: str
    shown: list[Shown]

    @property
    def first(self) -> list[Shown]:
        return self.shown[:MOST_OPEN]

    @property
    def others(self) -> list[Shown]:
        return self.shown[MOST_OPEN:]


def groups_of(
    comparison: Comparison,
    *,
    urls: Mapping[str, str] | None = None,
    seen: Collection[str] | None = None,
    foreign_prompts: Collection[str] = (),
) -> list[Group]:
    """The differences by what they are of; those are new whose marks are not in `seen`."""

    def is_new(difference: Difference) -> bool:
        return seen is not None and difference.mark not in seen

    whole = [comparison.as_menu] if comparison.menu else []
    groups = [
        Group(_("The menu"), [Shown(each, is_new=is_new(each)) for each in whole]),
        Group(
            _("Steps"),
            [
                Shown(each, url=(urls or {}).get(each.key, ""), is_new=is_new(each))
                for each in comparison.steps
            ],
        ),
        Group(
            _("Prompts"),
            [
                Shown(each, is_new=is_new(each), is_foreign=each.key in foreign_prompts)
                for each in comparison.prompts
            ],
        ),
    ]
    return [group for group in groups if group.shown]


def summary_of(comparison: Comparison) -> str:
    """How much differs, in a line; "" where nothing does."""
    texts = [text % {"count": count} for text, count in _counts(comparison) if count]
    return ", ".join(texts)


def _counts(comparison: Comparison) -> Iterable[tuple[str, int]]:
    def count(differences: Iterable[Difference], fate: Fate) -> int:
        return sum(each.fate is fate for each in differences)

    added, removed, changed = (count(comparison.steps, fate) for fate in Fate)
    prompts, menu = len(comparison.prompts), len(comparison.menu)
    yield ngettext("%(count)s step added", "%(count)s steps added", added), added
    yield ngettext("%(count)s step removed", "%(count)s steps removed", removed), removed
    yield ngettext("%(count)s step changed", "%(count)s steps changed", changed), changed
    yield ngettext("%(count)s prompt", "%(count)s prompts", prompts), prompts
    yield ngettext("%(count)s change of the menu", "%(count)s changes of the menu", menu), menu


def comparison_context(comparison: Comparison | None, **options: Any) -> dict[str, Any]:
    """What the template of a comparison takes; `options` as of :func:`groups_of`."""
    if comparison is None:
        return {"is_unreadable": True}
    return {
        "differs": bool(comparison),
        "summary": summary_of(comparison),
        "groups": groups_of(comparison, **options),
    }
