"""Searches that an index answers, however big the table is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

from django.db import connections
from django.db.models import Q, QuerySet

_LAST_CHARACTER = "\U0010ffff"
_CALLERS = ("caller", "caller_e164")


def begins_with(queryset: QuerySet[Any], path: str, term: str) -> Q:
    """The condition that `path` begins with `term`, case and all.

    SQLite uses no index for LIKE with an escape, but one for a range of its binary order.
    """
    if connections[queryset.db].vendor == "sqlite":
        return Q(**{f"{path}__gte": term, f"{path}__lt": term + _LAST_CHARACTER})
    return Q(**{f"{path}__startswith": term})


def any_of(queryset: QuerySet[Any], conditions: Iterable[Q]) -> QuerySet[Any]:
    """The rows of `queryset` that fulfil at least one condition.

    As a union of ids, so that each condition uses its own index: an OR across tables uses none.
    """
    rows = queryset.model._default_manager.order_by().values("pk")
    found = [rows.filter(each) for each in conditions]
    return queryset.filter(pk__in=reduce(lambda left, right: left.union(right), found))


def is_caller(queryset: QuerySet[Any], path: str, party: str) -> QuerySet[Any]:
    """The rows of `queryset` whose caller is this party, or has this number.

    `path` leads to the call and ends in ``__``; "" where the rows are calls.
    """
    return any_of(queryset, [Q(**{f"{path}{name}": party}) for name in _CALLERS])


def caller_begins(queryset: QuerySet[Any], path: str, beginning: str) -> QuerySet[Any]:
    """The rows of `queryset` whose caller, or its number, begins so; `path` as above."""
    return any_of(
        queryset, [begins_with(queryset, f"{path}{name}", beginning) for name in _CALLERS]
    )
