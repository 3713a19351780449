"""Moments that the database writes out: to make objects of them takes longer than all the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import CharField, F, Func


class Written(Func):
    """A moment as ISO 8601 in UTC with milliseconds: ``2026-03-01T09:30:00.000Z``."""

    template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""

    def __init__(self, field: str) -> None:
        super().__init__(F(field), output_field=CharField())

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """SQLite has its datetimes as texts in UTC; the query is formatted as this template is."""
        template = "strftime('%%%%Y-%%%%m-%%%%dT%%%%H:%%%%M:%%%%fZ', %(expressions)s)"
        return self.as_sql(compiler, connection, template=template, **extra)


def written(moment: datetime) -> str:
    """`moment` as :class:`Written` gives it; such texts sort as their moments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
