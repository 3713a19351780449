from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.utils import timezone

Cell = str | int | None
Row = tuple[Cell, ...]


class ExportTable:
    """Rows under named columns, read once and as slowly as their reader wants.

    `count` and `unreadable` grow while the rows are read: how many rows there were, and how many
    cells could not be unsealed for want of a key.
    """

    def __init__(self, columns: Iterable[str]) -> None:
        self.columns = tuple(columns)
        self.count = 0
        self.unreadable = 0
        self._rows: Iterator[Row] = iter(())

    def filled_by(self, rows: Iterator[Row]) -> ExportTable:
        """This table, with the rows that it will yield."""
        self._rows = rows
        return self

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with milliseconds: ``2026-03-01T09:30:00.000Z``."""
    if value is None:
        return None
    if timezone.is_naive(value):
        value = timezone.make_aware(value)
    return value.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
