"""Pages of big tables without ``COUNT(*)`` over them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext as _

from voicegather.services.display import grouped

#: Up to here rows are counted; beyond, a list is estimated, and a filtered one ends.
COUNTED = 10_000


class EstimatingPaginator(Paginator):  # type: ignore[type-arg]
    """Counts few rows exactly and many roughly; `note` says so under the list."""

    #: What to say of the count, "" where it is exact.
    note = ""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        counted = rows.order_by()[: COUNTED + 1].count()
        if counted <= COUNTED:
            return counted
        if rows.query.where:
            self.note = _(
                "There are more than %(number)s; only these are listed. Filter or search to see "
                "others. An export of all selected takes every one."
            ) % {"number": grouped(COUNTED)}
            return COUNTED
        self.note = _("The number is an estimate.")
        return max(_estimated_rows(rows), COUNTED)


def _estimated_rows(rows: QuerySet[Any]) -> int:
    connection = connections[rows.db]
    if connection.vendor != "postgresql":
        ids = rows.order_by().aggregate(first=Min("pk"), last=Max("pk"))
        first, last = int(ids["first"]), int(ids["last"])
        return last - first + 1
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(rows.model._meta.db_table)
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        estimate: float = cursor.fetchone()[0]
    return int(estimate)
