"""An export as rows under columns, whatever file they end in."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from voicegather.selectors.collected import Page, Scope, pages_of

Cell: TypeAlias = str | int | None
Row: TypeAlias = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names it for ever and in profiles, `heading` in the file.

    `is_open`: whether its texts come from outside and may be anything; the others are numbers,
    moments, and words of our own.
    """

    key: str
    heading: str
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of some calls: the last of them, how many there were, and how many are gone."""

    rows: list[Row]
    last_call: int
    calls: int
    gone: int


class Shape(Protocol):
    """Makes rows of pages; `unreadable` counts the cells that no key opens any more."""

    columns: tuple[Column, ...]
    with_attempts: bool

    @property
    def unreadable(self) -> int:
        """How many cells so far."""

    def rows_of(self, page: Page) -> list[Row]:
        """The page's rows, in the order of `columns`."""


class ExportTable:
    """A scope's rows in one shape, read batch by batch as slowly as the reader wants.

    `count` and `gone` grow while the rows are read: how many there were, and how many calls were
    deleted since the scope was fixed.
    """

    def __init__(self, scope: Scope, shape: Shape) -> None:
        self._scope = scope
        self._shape = shape
        self.columns = shape.columns
        self.count = 0
        self.gone = 0
        self._arrange: Callable[[list[Row]], list[Row]] = lambda rows: rows

    @property
    def calls(self) -> int:
        """How many calls it is of."""
        return len(self._scope.calls)

    @property
    def moment(self) -> datetime:
        """The moment that it is of."""
        return self._scope.moment

    @property
    def unreadable(self) -> int:
        """How many cells could not be unsealed, so far, for want of a key."""
        return self._shape.unreadable

    def arranged(self, columns: Sequence[Column]) -> ExportTable:
        """This table with these columns alone, in this order; those it does not know stay empty."""
        places = {column.key: at for at, column in enumerate(self.columns)}
        known = {column.key: column.is_open for column in self.columns}
        empty = len(self.columns)
        chosen = [places.get(column.key, empty) for column in columns]
        if len(chosen) == 1:
            (only,) = chosen
            self._arrange = lambda rows: [((*row, None)[only],) for row in rows]
        else:
            picked = operator.itemgetter(*chosen)
            self._arrange = lambda rows: [picked((*row, None)) for row in rows]
        self.columns = tuple(
            Column(column.key, column.heading, known.get(column.key, False)) for column in columns
        )
        return self

    def batches(self, *, after: int = 0) -> Iterator[Batch]:
        """The rows of the calls with higher ids than `after`, in the order of those ids."""
        for page in pages_of(self._scope, after=after, with_attempts=self._shape.with_attempts):
            rows = self._arrange(self._shape.rows_of(page))
            self.count += len(rows)
            self.gone += page.gone
            yield Batch(rows, page.asked[-1], len(page.calls), page.gone)

    def __iter__(self) -> Iterator[Row]:
        for batch in self.batches():
            yield from batch.rows
