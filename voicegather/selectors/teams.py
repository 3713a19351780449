from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
AnyUser = AbstractBaseUser | AnonymousUser


def visible_to(user: AnyUser, queryset: QuerySet[M], *, team: str = "team") -> QuerySet[M]:
    """What `user` may see of `queryset`: all but what belongs to teams of which they are none.

    `team` is the path to the owning group, such as ``call__menu__team``. Without an owner a row
    is everyone's; superusers see everything. Permissions are looked at elsewhere.
    """
    if getattr(user, "is_superuser", False):
        return queryset
    own = teams_of(user).values("pk")
    return queryset.filter(Q(**{f"{team}__isnull": True}) | Q(**{f"{team}__in": own}))


def teams_of(user: AnyUser) -> QuerySet[Group]:
    """The teams that `user` may give things to: their own, for a superuser every one."""
    if getattr(user, "is_superuser", False):
        return Group.objects.all()
    groups: QuerySet[Group] | None = getattr(user, "groups", None)
    return Group.objects.none() if groups is None else groups.all()
