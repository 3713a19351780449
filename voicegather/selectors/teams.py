from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group
from django.db.models import Model, Q, QuerySet

from voicegather.models import Menu

M = TypeVar("M", bound=Model)
AnyUser = AbstractBaseUser | AnonymousUser

#: The path to the owning team, by model.
TEAM_PATHS = {
    "calendar": "team",
    "calendarswitch": "calendar__team",
    "call": "menu__team",
    "callcommand": "call__menu__team",
    "callevent": "call__menu__team",
    "callleg": "call__menu__team",
    "choice": "menu__team",
    "consent": "call__menu__team",
    "conversation": "call__menu__team",
    "disclosure": "menu__team",
    "diversion": "team",
    "exportprofile": "team",
    "gatherattempt": "visit__call__menu__team",
    "gatherresult": "menu__team",
    "menu": "team",
    "menutest": "menu__team",
    "menuversion": "menu__team",
    "phonenumber": "team",
    "prompt": "team",
    "promptvariant": "prompt__team",
    "recording": "call__menu__team",
    "replay": "menu__team",
    "publishingplan": "menu__team",
    "resultreview": "result__menu__team",
    "step": "menu__team",
    "stepvisit": "call__menu__team",
    "trialcall": "menu__team",
    "turn": "conversation__call__menu__team",
}


def visible_to(user: AnyUser, queryset: QuerySet[M], *, team: str = "team") -> QuerySet[M]:
    """What `user` may see of `queryset`: all but what belongs to teams of which they are none.

    `team` is the path to the owning group, such as ``call__menu__team``. Without an owner a row
    is everyone's; superusers see everything. Permissions are looked at elsewhere.
    """
    if getattr(user, "is_superuser", False):
        return queryset
    own = teams_of(user).values("pk")
    return queryset.filter(Q(**{f"{team}__isnull": True}) | Q(**{f"{team}__in": own}))


def in_teams_of(user: AnyUser, queryset: QuerySet[M]) -> QuerySet[M]:
    """As :func:`visible_to`, by the path of the queryset's model; what no team owns stays whole."""
    path = TEAM_PATHS.get(queryset.model._meta.model_name or "")
    return visible_to(user, queryset, team=path) if path else queryset


def of_menus_of(user: AnyUser, queryset: QuerySet[M]) -> QuerySet[M]:
    """As :func:`in_teams_of` for big tables with a column ``menu``: by the menus' ids; one query.

    Of ids the planner of the database knows how common each is; through a join it guesses, and
    walks a million rows for a team that has few.
    """
    if getattr(user, "is_superuser", False):
        return queryset
    menus = in_teams_of(user, Menu.objects.order_by())
    ids = list(menus.values_list("pk", flat=True))
    return queryset.filter(Q(menu__isnull=True) | Q(menu__in=ids))


def teams_of(user: AnyUser) -> QuerySet[Group]:
    """The teams that `user` may give things to: their own, for a superuser every one."""
    if getattr(user, "is_superuser", False):
        return Group.objects.all()
    groups: QuerySet[Group] | None = getattr(user, "groups", None)
    return Group.objects.none() if groups is None else groups.all()
