"""The columns that hold what is sealed, and which keys sealed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import BinaryField, Count, Max, Min, Model, QuerySet
from django.db.models.functions import Substr

from voicegather.sealing import HEADER_BYTES, key_names, name_in

#: Rows looked at by one query: it takes milliseconds, and locks nothing.
ROWS_AT_ONCE = 1000
PREFIX = "sealed"


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A binary column whose name begins with ``sealed``: sealing.seal wrote all that is in it."""

    model: type[Model]
    name: str

    def __str__(self) -> str:
        return f"{self.model._meta.model_name}.{self.name}"

    def span(self) -> tuple[int, int]:
        """The first and the last id, (0, 0) of an empty table."""
        ends = self.rows().aggregate(first=Min("pk"), last=Max("pk"))
        return (ends["first"] or 0, ends["last"] or 0)

    def windows(self, after: int) -> Iterator[tuple[int, int]]:
        """Ranges of ids beyond `after`, each of at most ROWS_AT_ONCE rows: above, and up to."""
        while True:
            ids = self.rows().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
            found = list(ids[:ROWS_AT_ONCE])
            if not found:
                return
            yield after, found[-1]
            after = found[-1]

    def sealed_in(self, window: tuple[int, int]) -> QuerySet[Any]:
        """Its rows with something sealed, by `head`: the bytes that name the key."""
        above, up_to = window
        rows = self.rows().filter(pk__gt=above, pk__lte=up_to, **{f"{self.name}__isnull": False})
        # What retention took out of a column that is never null.
        rows = rows.exclude(**{self.name: b""})
        head = Substr(self.name, 1, HEADER_BYTES, output_field=BinaryField())
        headed: QuerySet[Any] = rows.annotate(head=head)
        return headed

    def rows(self) -> QuerySet[Any]:
        return self.model._base_manager.order_by()


@dataclass(frozen=True, slots=True)
class KeyCount:
    """How many values a key sealed, in all and by column. `name` is "" where no key is named."""

    name: str
    is_newest: bool
    is_configured: bool
    columns: dict[str, int]

    @property
    def values(self) -> int:
        return sum(self.columns.values())


def sealed_columns() -> list[SealedColumn]:
    """Every one of the app's tables, found by the models."""
    return [
        SealedColumn(model, field.name)
        for model in apps.get_app_config("voicegather").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField) and field.name.startswith(PREFIX)
    ]


def count_keys() -> list[KeyCount]:
    """What each key sealed, the newest first, the unknown last; reads every row, locks none."""
    known = key_names()
    found: dict[str, Counter[str]] = {name: Counter() for name in known}
    for column in sealed_columns():
        for window in column.windows(0):
            heads = column.sealed_in(window).values("head").annotate(rows=Count("pk"))
            for head, rows in heads.values_list("head", "rows"):
                found.setdefault(name_in(bytes(head)), Counter())[str(column)] += rows
    return [
        KeyCount(name, name == known[0], name in known, dict(columns))
        for name, columns in found.items()
    ]
