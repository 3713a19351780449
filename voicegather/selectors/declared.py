"""What calls may bring with them, as live versions of menus say."""

from __future__ import annotations

from django.db.models import QuerySet

from voicegather.engine.variables import DeclaredVariable, read_declared
from voicegather.models import Menu


def declared_live(menus: QuerySet[Menu], pk: str | None) -> tuple[DeclaredVariable, ...]:
    """The variables that the live version of one of `menus` declares; one query.

    `pk` is as a browser sent it. Empty where it is none of them, or where nothing is declared.
    """
    if not pk:
        return ()
    try:
        found = menus.filter(pk=pk).values_list("live_version__document__variables", flat=True)
        stored = found.first()
    except (OverflowError, ValueError):
        return ()
    return read_declared(stored)[0] if stored else ()
