"""What becomes of a plan: approved or declined by another, cancelled, its bad end seen."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.models import Menu, PlanState, PublishingPlan
from voicegather.services import moments
from voicegather.services.menus.journal import note_change
from voicegather.services.menus.plans.carrying_out import publish_planned
from voicegather.services.menus.plans.errors import PlanError
from voicegather.services.menus.plans.people import may_publish


@transaction.atomic
def approve_plan(
    plan: PublishingPlan, *, approver: AbstractBaseUser, sha256: str
) -> PublishingPlan:
    """Let what was asked for go live: now, or at its moment where that is still to come.

    `sha256` is what the approver looked at. Raises PlanError where it is not what was asked for,
    where nothing is asked for any more, and where `approver` asked for it or may not publish; and
    everything that publishing raises. Nothing changes then.
    """
    locked = _locked(plan)
    if locked.state != PlanState.ASKED:
        raise PlanError(_("This request is not open any more: look at how the menu stands."))
    if locked.author_id == approver.pk:
        raise PlanError(_("Nobody approves what they asked for themselves: ask another publisher."))
    if not may_publish(approver, locked.menu):
        raise PlanError(_("You may not publish this menu."))
    if locked.sha256 != sha256:
        raise PlanError(_("This is not what was asked for: look at it again."))
    locked.approver_id = approver.pk
    note_change(author=approver, of=locked.menu, message=_("Approved the publication."))
    if locked.publish_at is not None and locked.publish_at > moments.now():
        locked.state = PlanState.PLANNED
        locked.save(update_fields=["state", "approver"])
        return locked
    publish_planned(locked)
    return locked


@transaction.atomic
def decline_plan(plan: PublishingPlan, *, by: AbstractBaseUser, reason: str) -> PublishingPlan:
    """Refuse what was asked for; `reason` is shown to whoever asked. Raises PlanError."""
    locked = _locked(plan)
    if locked.state != PlanState.ASKED:
        raise PlanError(_("This request is not open any more: look at how the menu stands."))
    if locked.author_id == by.pk:
        raise PlanError(_("You asked for this yourself: cancel it instead."))
    if not may_publish(by, locked.menu):
        raise PlanError(_("You may not publish this menu."))
    if not reason.strip():
        raise PlanError(_("Say why, so that it can be mended."))
    _end(locked, PlanState.DECLINED, f"{by.get_username()}: {reason.strip()}")
    note_change(
        author=by, of=locked.menu, message=_("Declined the publication.") + f" {reason.strip()}"
    )
    return locked


@transaction.atomic
def cancel_plan(plan: PublishingPlan, *, by: AbstractBaseUser) -> PublishingPlan:
    """Nothing goes live by this plan. Raises PlanError where it is over, or `by` may not."""
    locked = _locked(plan)
    if not locked.is_open:
        raise PlanError(_("This plan is not open any more: look at how the menu stands."))
    if not may_publish(by, locked.menu):
        raise PlanError(_("You may not publish this menu."))
    _end(locked, PlanState.CANCELLED, _("Cancelled by %s.") % by.get_username())
    note_change(author=by, of=locked.menu, message=_("Cancelled the planned publication."))
    return locked


@transaction.atomic
def settle_plan(plan: PublishingPlan, *, by: AbstractBaseUser) -> None:
    """Note that somebody who may publish has seen the bad end of a plan: it is told no more."""
    locked = _locked(plan)
    if may_publish(by, locked.menu) and locked.settled_at is None:
        locked.settled_at = moments.now()
        locked.save(update_fields=["settled_at"])


def _locked(plan: PublishingPlan) -> PublishingPlan:
    """The plan as it is now; its menu is locked before it, as everywhere."""
    Menu.objects.select_for_update().get(pk=plan.menu_id)
    rows = PublishingPlan.objects.select_related("menu").select_for_update(of=("self",))
    return rows.get(pk=plan.pk)


def _end(plan: PublishingPlan, state: PlanState, reason: str) -> None:
    plan.state, plan.reason, plan.ended_at = state, reason, moments.now()
    plan.save(update_fields=["state", "reason", "ended_at"])
