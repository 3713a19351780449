"""A publication asked for: pinned to what was seen, for later or for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voicegather.models import (
    BAD_ENDS,
    OPEN_PLANS,
    Menu,
    MenuVersion,
    PlanState,
    PublishingPlan,
)
from voicegather.services import moments
from voicegather.services.menus.journal import note_change
from voicegather.services.menus.plans.errors import PlanError
from voicegather.services.menus.plans.people import may_publish


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants live: the draft with this content, or an earlier `version`.

    `expected_live` is the id of the version that was live when an earlier one was chosen.
    """

    menu: Menu
    sha256: str
    version: MenuVersion | None = None
    expected_live: int | None = None
    publish_at: datetime | None = None
    note: str = ""


@transaction.atomic
def plan_publication(wish: Wish, *, author: AbstractBaseUser) -> PublishingPlan:
    """Plan to make live what was seen, at its moment or once it is approved; return the plan.

    A plan that was open before is cancelled by it. Everything that would keep the menu from being
    published now keeps it from being planned: DraftChangedError, LiveVersionChangedError,
    MenuLintError, MenuTestsFailedError. Raises PlanError where its moment has passed, where
    `author` may not publish, and where there is nothing to wait for.
    """
    from voicegather.services.menus.publishing import examine_draft, examine_version

    menu = Menu.objects.select_for_update().get(pk=wish.menu.pk)
    if not may_publish(author, menu):
        raise PlanError(_("You may not publish this menu."))
    if wish.publish_at is not None and wish.publish_at <= moments.now():
        raise PlanError(_("That moment has passed: choose a later one, or publish now."))
    if wish.publish_at is None and not menu.requires_approval:
        raise PlanError(_("There is nothing to wait for: publish it now."))
    if wish.version is not None:
        examine_version(menu, wish.version, wish.expected_live)
    else:
        examine_draft(menu, wish.sha256)
    _replace(menu, author)
    plan = PublishingPlan.objects.create(
        menu=menu,
        version=wish.version,
        sha256=wish.sha256,
        expected_live=wish.expected_live,
        state=PlanState.ASKED if menu.requires_approval else PlanState.PLANNED,
        publish_at=wish.publish_at,
        note=wish.note,
        author_id=author.pk,
    )
    note_change(author=author, of=menu, message=_told(plan))
    return plan


def _replace(menu: Menu, author: AbstractBaseUser) -> None:
    """End what was planned before, and what staff were told of earlier plans."""
    moment = moments.now()
    menu.plans.filter(state__in=OPEN_PLANS).update(
        state=PlanState.CANCELLED,
        ended_at=moment,
        reason=_("Replaced by another plan of %s.") % author.get_username(),
    )
    settle_earlier(menu, moment)


def settle_earlier(menu: Menu, moment: datetime) -> None:
    """Take the end of earlier plans as seen: something newer stands in their place."""
    menu.plans.filter(state__in=BAD_ENDS, settled_at=None).update(settled_at=moment)


def _told(plan: PublishingPlan) -> str:
    asked = plan.state == PlanState.ASKED
    if not plan.publish_at:
        told = _("Asked for approval to publish.") if asked else _("Planned to publish.")
        return f"{told} {plan.note}".rstrip()
    moment = f"{timezone.localtime(plan.publish_at):%Y-%m-%d %H:%M %Z}"
    if asked:
        told = _("Asked for approval to publish at %(moment)s.") % {"moment": moment}
    else:
        told = _("Planned to publish at %(moment)s.") % {"moment": moment}
    return f"{told} {plan.note}".rstrip()
