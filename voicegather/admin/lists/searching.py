"""Searches of rows that belong to a call."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from voicegather.selectors.searching import any_of, begins_with
from voicegather.services.telephones import sought_number

__all__ = ["any_of", "begins_with", "of_call"]


def of_call(queryset: QuerySet[Any], path: str, term: str) -> list[Q]:
    """The conditions that find rows by their call: the caller's beginning, or a leg's id.

    `path` leads to the call and ends in ``__``; "" where the rows are calls.
    """
    sought = sought_number(term)
    national = [begins_with(queryset, f"{path}caller_e164", sought)] if sought != term else []
    return [
        *(national if sought else ()),
        begins_with(queryset, f"{path}caller", term),
        begins_with(queryset, f"{path}caller_e164", term),
        Q(**{f"{path}legs__call_control_id": term}),
    ]
