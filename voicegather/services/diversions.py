"""The emergency switch: new calls to numbers go to one menu, and back. Calls in progress stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, Group
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from voicegather.exceptions import MenuError
from voicegather.models import Diversion, Menu, PhoneNumber
from voicegather.selectors.teams import in_teams_of, teams_of
from voicegather.services import moments
from voicegather.services.menus.journal import note_addition, note_change
from voicegather.services.periodic import every

PERMISSION = "voicegather.divert_numbers"


class DiversionError(MenuError):
    """Numbers cannot be diverted, or not to this menu; nothing was changed."""


@transaction.atomic
def divert_numbers(
    *,
    menu: Menu,
    reason: str,
    by: AbstractBaseUser,
    team: Group | None = None,
    until: datetime | None = None,
) -> Diversion:
    """Have `menu` answer new calls to every active number, or to those of `team`, from now on.

    It ends at `until`, or when somebody ends it. Raises DiversionError where `by` may not, where
    the menu is not live, where no reason is given, and where one is on for these numbers already.
    """
    moment = moments.now()
    if not _may(by, menu, team):
        raise DiversionError(_("You may not divert these numbers to this menu."))
    locked = Menu.objects.select_for_update().get(pk=menu.pk)
    if locked.live_version_id is None or locked.archived_at is not None:
        raise DiversionError(_("“%s” is not live: publish it, or choose another menu.") % locked)
    if not reason.strip():
        raise DiversionError(_("Say why, for those who come to work later."))
    if until is not None and until <= moment:
        raise DiversionError(_("That end has passed: choose a later one, or none."))
    end_overdue(moment)
    try:
        with transaction.atomic():
            diversion = Diversion.objects.create(
                menu=locked,
                team=team,
                reason=reason.strip(),
                started_by_id=by.pk,
                started_at=moment,
                until=until,
            )
    except IntegrityError:
        told = _("These numbers are diverted already: end that first.")
        raise DiversionError(told) from None
    note_addition(author=by, of=diversion, message=_("Diverted numbers.") + f" {diversion.reason}")
    return diversion


@transaction.atomic
def end_diversion(diversion: Diversion, *, by: AbstractBaseUser) -> bool:
    """Have every number answered by its own menu again; False where it had ended before.

    Raises DiversionError where `by` may not.
    """
    if not _may(by, None, diversion.team):
        raise DiversionError(_("You may not end this: ask somebody who may divert numbers."))
    running = Diversion.objects.filter(pk=diversion.pk, ended_at=None)
    if not running.update(ended_at=moments.now(), ended_by=by.pk):
        return False
    note_change(author=by, of=diversion, message=_("Ended the diversion."))
    return True


@every(timedelta(seconds=10))
def end_overdue(moment: datetime) -> int:
    """Note the end of diversions whose time is over; calls do not follow them any more by then."""
    return Diversion.objects.filter(ended_at=None, until__lte=moment).update(ended_at=F("until"))


def diversion_of(number: PhoneNumber, moment: datetime) -> Diversion | None:
    """The diversion that a new call to the number follows: its team's before that of all. A query.

    Its menu comes with it, and of the live version what a call needs.
    """
    here = Q(team=None) | Q(team=number.team_id) if number.team_id else Q(team=None)
    return (
        Diversion.objects.running(moment)
        .filter(here, menu__live_version__isnull=False)
        .select_related("menu__live_version")
        .defer("menu__live_version__document")
        .order_by(F("team").asc(nulls_last=True))
        .first()
    )


def _may(user: AbstractBaseUser, menu: Menu | None, team: Group | None) -> bool:
    allowed = bool(getattr(user, "is_active", False)) and user.has_perm(PERMISSION)  # type: ignore[attr-defined]
    if not allowed or (team is not None and not teams_of(user).filter(pk=team.pk).exists()):
        return False
    return menu is None or in_teams_of(user, Menu.objects.filter(pk=menu.pk)).exists()
