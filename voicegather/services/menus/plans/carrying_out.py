"""Plans whose moment has come, carried out by the clock: once each, or refused visibly."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.exceptions import MenuError
from voicegather.models import Menu, PlanState, PublishingPlan
from voicegather.services import moments
from voicegather.services.menus.errors import DraftChangedError, LiveVersionChangedError
from voicegather.services.menus.plans.errors import PlanError
from voicegather.services.menus.plans.people import LATEST, may_publish
from voicegather.services.periodic import every
from voicegather.services.tracebacks import safe_traceback

_MOST_TRIED = 20
_log = logging.getLogger("voicegather.clock")


@every(timedelta(seconds=1))
def carry_out_due(moment: datetime) -> int:
    """Carry out the plan that has waited longest of those that are due; return how many.

    One a second at most: the clock has callers to look after.
    """
    due = PublishingPlan.objects.filter(state=PlanState.PLANNED, publish_at__lte=moment)
    for plan in due.order_by("publish_at", "pk")[:_MOST_TRIED]:
        try:
            if _carry_out(plan, moment):
                return 1
        except Exception as problem:
            # The next second tries again, until it is too late; meanwhile others have their turn.
            _log.error("A planned publication failed:\n%s", safe_traceback(problem))
    return 0


@transaction.atomic
def _carry_out(plan: PublishingPlan, moment: datetime) -> int:
    Menu.objects.select_for_update().get(pk=plan.menu_id)
    rows = PublishingPlan.objects.select_related("menu", "author", "approver")
    locked = rows.select_for_update(of=("self",)).filter(pk=plan.pk, state=PlanState.PLANNED)
    due = locked.first()
    if due is None:
        return 0
    try:
        with transaction.atomic():
            if moment - (due.publish_at or moment) > LATEST:
                raise PlanError(
                    _("The site was down at that moment, and too long after it: publish it anew.")
                )
            publish_planned(due)
    except MenuError as refusal:
        due.state, due.reason, due.ended_at = PlanState.REFUSED, _why(refusal), moments.now()
        due.save(update_fields=["state", "reason", "ended_at"])
    return 1


def _why(refusal: MenuError) -> str:
    """The refusal for people who read it hours later."""
    if isinstance(refusal, DraftChangedError):
        return _(
            "The draft was changed after this was planned, so it was not published: look at what "
            "is new, then publish it or plan it anew."
        )
    if isinstance(refusal, LiveVersionChangedError):
        return _(
            "Another version went live after this was planned, so it was not published: look at "
            "the differences, then publish it or plan it anew."
        )
    return str(refusal)


def publish_planned(plan: PublishingPlan) -> None:
    """Make live what the plan pins, in the name of its author; the plan and its menu are locked.

    Raises what publishing raises, and PlanError where its author, or the approver that the menu
    needs, may not publish any more.
    """
    from voicegather.services.menus.publishing import publish_menu, republish_version

    author = plan.author
    people = [author]
    if plan.menu.requires_approval and plan.approver is not None:
        people.append(plan.approver)
    for each in people:
        if not may_publish(each, plan.menu):
            name = each.get_username() if each else _("nobody")
            text = _(
                "%s may not publish this menu any more, so it was not: plan or publish it anew."
            )
            raise PlanError(text % name)
    if plan.version is not None:
        republish_version(
            version=plan.version,
            author=author,
            note=plan.note,
            expected_live=plan.expected_live,
            plan=plan,
        )
    else:
        publish_menu(
            menu=plan.menu,
            author=author,
            note=plan.note,
            expected_sha256=plan.sha256,
            plan=plan,
        )
    plan.state, plan.ended_at = PlanState.DONE, moments.now()
    plan.save(update_fields=["state", "ended_at", "approver"])
