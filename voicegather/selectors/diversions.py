"""Which diversions are on, and which numbers one would concern."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from voicegather.models import Diversion, PhoneNumber
from voicegather.selectors.teams import AnyUser, in_teams_of, teams_of
from voicegather.services import moments


@dataclass(frozen=True)
class Reach:
    """The active numbers that a diversion concerns: those that the user may see, and the others."""

    team: Group | None
    numbers: tuple[PhoneNumber, ...]
    unseen: int = 0

    @property
    def count(self) -> int:
        return len(self.numbers) + self.unseen

    @property
    def name(self) -> str:
        return str(self.team) if self.team else _("Every number")


def running_diversions(user: AnyUser) -> list[Diversion]:
    """Those that are on now, of all numbers and of the user's teams; one query."""
    running = in_teams_of(user, Diversion.objects.running(moments.now()))
    return list(running.select_related("menu", "team", "started_by"))


def reaches(user: AnyUser) -> list[Reach]:
    """What the user may divert: every number, then the numbers of each of their teams."""
    active = PhoneNumber.objects.filter(is_active=True)
    seen = list(in_teams_of(user, active).order_by("number"))
    found = [Reach(None, tuple(seen), active.count() - len(seen))]
    for team in teams_of(user).order_by("name"):
        own = tuple(number for number in seen if number.team_id == team.pk)
        if own:
            found.append(Reach(team, own))
    return found
