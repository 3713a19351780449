"""What is planned for a menu, as its pages tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from voicegather.admin.forms.moments import told, zone_name
from voicegather.models import Menu, PlanState, PublishingPlan
from voicegather.selectors.plans import plans_of
from voicegather.services.menus.plans import LATEST


@dataclass(frozen=True)
class ShownPlan:
    """A plan as its menu's pages tell it to one of their users."""

    plan: PublishingPlan
    is_own: bool
    #: Whether the page shows exactly what was asked for.
    is_shown: bool
    url: str

    @property
    def is_asked(self) -> bool:
        return self.plan.state == PlanState.ASKED

    @property
    def is_planned(self) -> bool:
        return self.plan.state == PlanState.PLANNED

    @property
    def is_declined(self) -> bool:
        return self.plan.state == PlanState.DECLINED

    @property
    def when(self) -> str:
        return told(self.plan.publish_at)

    @property
    def asked_at(self) -> str:
        return told(self.plan.created_at)

    @property
    def reasons(self) -> list[str]:
        return self.plan.reason.splitlines()


def plans_context(
    request: HttpRequest, menu: Menu, *, sha256: str, version: int | None
) -> dict[str, Any]:
    """What is planned for the menu, on a page that shows this content: a version's, or a draft."""
    plans = [shown_plan(request, plan, sha256, version) for plan in plans_of(menu)]
    return {
        "plans": plans,
        "open_plan": any(each.plan.is_open for each in plans),
        "requires_approval": menu.requires_approval,
        "may_publish": request.user.has_perm("voicegather.publish_menu"),
        "shows_draft": version is None,
        "zone": zone_name(),
        "late_minutes": int(LATEST.total_seconds() // 60),
    }


def shown_plan(
    request: HttpRequest, plan: PublishingPlan, sha256: str = "", version: int | None = None
) -> ShownPlan:
    return ShownPlan(
        plan=plan,
        is_own=plan.author_id == request.user.pk,
        is_shown=plan.version_id == version and plan.sha256 == sha256,
        url=page_of(plan),
    )


def page_of(plan: PublishingPlan) -> str:
    """The page that shows what would go live by the plan."""
    if plan.version_id:
        return reverse("admin:voicegather_menuversion_publish", args=[plan.version_id])
    return reverse("admin:voicegather_menu_publish", args=[plan.menu_id])


def in_short(plan: PublishingPlan) -> str:
    """The plan in a cell of a list."""
    if plan.state == PlanState.PLANNED:
        return gettext("goes live on %s") % told(plan.publish_at)
    if plan.state == PlanState.ASKED:
        return gettext("waits for approval")
    if plan.state == PlanState.DECLINED:
        return gettext("approval was declined")
    return gettext("not published as planned")
