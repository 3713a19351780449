"""What a run counts of each class of data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet, Sum, TextField
from django.db.models.fields.json import JSONField
from django.db.models.functions import Cast, Coalesce, Length


@dataclass(slots=True)
class Tally:
    """Rows and files with their bytes; the calls or rows looked at run from `oldest` to `newest`.

    `held` are calls under legal hold, `running` calls that are not over, `stuck` files that could
    not be deleted.
    """

    rows: int = 0
    bytes: int = 0
    files: int = 0
    held: int = 0
    running: int = 0
    stuck: int = 0
    oldest: str = ""
    newest: str = ""

    @classmethod
    def of(cls, stored: Any) -> Tally:
        return cls(**stored) if stored else cls()

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    def span(self, first: datetime, last: datetime) -> None:
        """What is removed is of these moments, too."""
        self.oldest = min(filter(None, (self.oldest, first.isoformat())))
        self.newest = max(self.newest, last.isoformat())


def measured(rows: QuerySet[Any], weighed: Collection[str]) -> tuple[int, int]:
    """How many rows there are, and how many bytes or characters their columns `weighed` hold."""
    sums = {f"w_{name}": Sum(_length(rows, name)) for name in weighed}
    found = rows.aggregate(rows_=Count("pk"), **sums)
    return found["rows_"], sum(found[name] or 0 for name in sums)


def _length(rows: QuerySet[Any], name: str) -> Any:
    field = rows.model._meta.get_field(name)
    column = Cast(F(name), TextField()) if isinstance(field, JSONField) else F(name)
    return Coalesce(Length(column), 0)
