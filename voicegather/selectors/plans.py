"""What is planned for menus, and what became of plans that nobody has looked at since."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from voicegather.models import BAD_ENDS, OPEN_PLANS, Menu, PublishingPlan


def told_plans(menus: Iterable[Menu]) -> dict[int, list[PublishingPlan]]:
    """Of each menu, by its id, the open plan and the bad ends that nobody has seen; one query."""
    told = Q(state__in=OPEN_PLANS) | Q(state__in=BAD_ENDS, settled_at=None)
    plans = PublishingPlan.objects.filter(told, menu__in=menus).select_related(
        "author", "approver", "version"
    )
    found: dict[int, list[PublishingPlan]] = {}
    for plan in plans.defer("version__document").order_by("created_at", "pk"):
        found.setdefault(plan.menu_id, []).append(plan)
    return found


def plans_of(menu: Menu) -> list[PublishingPlan]:
    """As :func:`told_plans`, of one menu."""
    return told_plans([menu]).get(menu.pk, [])
