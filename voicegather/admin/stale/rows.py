"""The rows of a page's inlines: as they stand, and as they were posted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from voicegather.admin.stale.standing import Values, values_of


@dataclass(frozen=True)
class StoredRows:
    """The rows of one inline, locked. `gone` are keys of rows that were posted and are no more."""

    inline: Any
    formset_class: Any
    prefix: str
    objects: dict[str, Model]
    gone: tuple[str, ...]

    @property
    def foreign_key(self) -> str:
        return str(self.formset_class.fk.name)

    def values(self) -> dict[str, Values]:
        return {key: values_of(row, {self.foreign_key}) for key, row in self.objects.items()}


def shown_rows(formset: Any) -> dict[str, Values]:
    """The rows of a formset that the page shows; it has read them already."""
    rows = formset.get_queryset()
    return {str(row.pk): values_of(row, {formset.fk.name}) for row in rows}


def locked_rows(admin: Any, request: HttpRequest, obj: Model) -> list[StoredRows]:
    """The rows of every inline that the user may change. Rows that are gone are posted as new."""
    found = []
    for formset_class, inline in admin.get_formsets_with_inlines(request, obj):
        if not inline.has_change_permission(request, obj):
            continue
        prefix = formset_class.get_default_prefix()
        rows = inline.get_queryset(request).filter(**{formset_class.fk.name: obj})
        objects = {str(row.pk): row for row in rows.select_for_update(of=("self",))}
        gone = tuple(_post_gone_as_new(request, prefix, objects.keys()))
        found.append(StoredRows(inline, formset_class, prefix, objects, gone))
    return found


def posted_rows(admin: Any, request: HttpRequest, obj: Model, rows: StoredRows) -> Iterator[Any]:
    """The forms of the rows that were there before, validated, so that they hold what was typed."""
    arguments = admin.get_formset_kwargs(request, obj, rows.inline, rows.prefix)
    formset = rows.formset_class(**arguments)
    formset.is_valid()
    yield from formset.initial_forms


def _post_gone_as_new(request: HttpRequest, prefix: str, there: Iterable[str]) -> Iterator[str]:
    """Let rows that somebody removed be among the new ones: the formset refuses them otherwise."""
    posted = request.POST
    try:
        total = int(posted[f"{prefix}-TOTAL_FORMS"])
        initial = int(posted[f"{prefix}-INITIAL_FORMS"])
    except (KeyError, ValueError):
        return
    if not 0 <= initial <= total <= _MOST_ROWS:
        return
    known = set(there)
    old = [n for n in range(initial) if posted.get(f"{prefix}-{n}-id", "") in known]
    gone = [n for n in range(initial) if n not in set(old)]
    if not gone:
        return
    kept = [n for n in gone if f"{prefix}-{n}-DELETE" not in posted]
    order = [*old, *kept, *range(initial, total)]
    request.POST = _reordered(posted, prefix, order, len(old), set(kept))
    yield from (posted.get(f"{prefix}-{n}-id", "") for n in kept)


def _reordered(posted: Any, prefix: str, order: list[int], initial: int, new: set[int]) -> Any:
    made = posted.copy()
    by_number: dict[int, list[tuple[str, list[str]]]] = {}
    for name in list(made):
        number, _dash, column = name.removeprefix(f"{prefix}-").partition("-")
        if name.startswith(f"{prefix}-") and number.isdecimal() and column:
            by_number.setdefault(int(number), []).append((column, made.pop(name)))
    for place, number in enumerate(order):
        for column, values in by_number.get(number, ()):
            cleared = column == "id" and number in new
            made.setlist(f"{prefix}-{place}-{column}", [""] if cleared else values)
    made[f"{prefix}-TOTAL_FORMS"] = str(len(order))
    made[f"{prefix}-INITIAL_FORMS"] = str(initial)
    return made


#: More than a page can have.
_MOST_ROWS = 2_000
