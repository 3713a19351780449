"""Which calls are under legal hold, and who can release them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from voicegather.models import Call, LegalHold

RELEASE = "voicegather.release_hold"
#: Of those who can release a hold, so many are named.
MOST_NAMED = 5


def open_holds() -> Any:
    return LegalHold.objects.filter(released_at=None)


def held_among(calls: Iterable[int]) -> set[int]:
    """Those of these calls that are under legal hold now."""
    found = open_holds().order_by().filter(call__in=list(calls))
    return set(found.values_list("call_id", flat=True))


def hold_of(call: Call) -> LegalHold | None:
    """The hold that the call is under now."""
    hold: LegalHold | None = open_holds().select_related("held_by").filter(call=call).first()
    return hold


def who_releases() -> str:
    """In words, who can release a legal hold: the permission, and some who have it."""
    users = get_user_model()._default_manager
    with_perm = getattr(users, "with_perm", None)
    found: list[Any] = []
    if with_perm is not None:
        backend = "django.contrib.auth.backends.ModelBackend"
        people = with_perm(RELEASE, backend=backend).order_by("pk")
        found = list(people[: MOST_NAMED + 1])
    if not found:
        return _("A hold is released by who has the permission “Can release legal holds”.")
    names = ", ".join(user.get_username() for user in found[:MOST_NAMED])
    if len(found) > MOST_NAMED:
        names += " …"
    return _("A hold is released by who has the permission “Can release legal holds”: %s.") % names
