"""The wide shape: one row a call, one column a step's field."""

from __future__ import annotations

from django.utils.translation import gettext as _

from voicegather.engine.facts import AttemptOutcome
from voicegather.selectors.collected import Page, Scope
from voicegather.selectors.entries import Sight
from voicegather.services.exports.layout import Layout
from voicegather.services.exports.ranges import ExportError
from voicegather.services.exports.table import Column, Row
from voicegather.services.exports.values import Values

FIXED_COLUMNS = (
    "call",
    "started",
    "ended",
    "caller",
    "called",
    "menu",
    "version",
    "language",
    "outcome",
)
_OPEN = frozenset(("caller", "called", "language"))


class ColumnsChangedError(ExportError):
    """Something was gathered that has no column, for a menu was deleted meanwhile."""


class WideShape:
    """One row a call, by id: fixed columns, then one a step's field.

    The columns come from every published version and from the results that exist, so that steps
    removed since keep theirs; they are found before the first row. A value that a reviewer
    corrected is the corrected one; of a step that was visited several times the last valid value
    counts. Masked values are masked, secret ones empty, others whole, however long.
    """

    with_attempts = False

    def __init__(self, scope: Scope, layout: Layout, *, sight: Sight) -> None:
        self._layout = layout
        self._values = Values(sight=sight)
        self._places = {
            (column.menu, column.step_key, column.field): at
            for at, column in enumerate(layout.steps, start=len(FIXED_COLUMNS))
        }
        slugs, own = layout.slugs, scope.menu
        steps = [
            (each.key(slugs), each.heading(own_menu=own, slugs=slugs)) for each in layout.steps
        ]
        self.columns = (
            *(Column(name, name, name in _OPEN) for name in FIXED_COLUMNS),
            *(Column(key, heading) for key, heading in steps),
        )

    @property
    def unreadable(self) -> int:
        return self._values.unreadable

    def rows_of(self, page: Page) -> list[Row]:
        """Raises ColumnsChangedError where a value has no column."""
        rows: list[Row] = []
        nothing = [""] * len(self._layout.steps)
        called_of, places, whole = self._layout.called, self._places, self._values.whole
        for pk, began, ended, caller, called, menu, version, language, outcome in page.calls:
            slug, number = called_of(menu, version)
            row: list[str | int | None] = [
                *(pk, began, ended, caller, called),
                *(slug, number, language, outcome),
                *nothing,
            ]
            for result in page.results.get(pk, ()):
                review = page.reviews.get(result[0]) if page.reviews else None
                value = self._values.corrected(result, review) if review else None
                if value is None and result[7] == AttemptOutcome.VALID:
                    value = whole(result)
                if not value:
                    continue
                try:
                    row[places[result[3], result[4], result[5]]] = value
                except KeyError:
                    raise ColumnsChangedError(
                        _("A menu was deleted while its answers were exported: export them again.")
                    ) from None
            rows.append(row)
        return rows
