"""Searches of rows that belong to a call."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from voicegather.models import Call
from voicegather.selectors.searching import any_of, begins_with
from voicegather.services.telephones import sought_number

__all__ = ["any_of", "begins_with", "of_call"]

#: Calls that are named one by one: of more, some are soon met among the newest rows.
MOST_NAMED = 2_000


def of_call(queryset: QuerySet[Any], path: str, term: str) -> list[Q]:
    """The conditions that find rows by their call: the caller's beginning, or a leg's id.

    `path` leads to the call and ends in ``__``; "" where the rows are calls.
    """
    sought = sought_number(term)
    begins = _begins if not path else _call_begins
    national = [begins(queryset, path, "caller_e164", sought)] if sought and sought != term else []
    return [
        *national,
        begins(queryset, path, "caller", term),
        begins(queryset, path, "caller_e164", term),
        Q(**{f"{path}legs__call_control_id": term}),
    ]


def _begins(queryset: QuerySet[Any], path: str, column: str, term: str) -> Q:
    return begins_with(queryset, path + column, term)


def _call_begins(queryset: QuerySet[Any], path: str, column: str, term: str) -> Q:
    """As the calls themselves, where they are few: one query, and nothing left to guess.

    The database's planner guesses how many calls begin so from a sample. Where it takes a few for
    many it walks half the table to meet them.
    """
    calls = Call.objects.using(queryset.db).order_by()
    named = calls.filter(begins_with(calls, column, term)).values_list("pk", flat=True)
    ids = list(named[: MOST_NAMED + 1])
    if len(ids) > MOST_NAMED:
        return _begins(queryset, path, column, term)
    return Q(**{f"{path.removesuffix('__')}__in": ids})
