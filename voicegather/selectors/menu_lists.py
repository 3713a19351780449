"""What the list of menus says of each beside its own columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from voicegather.models import Call, Menu, PublishingPlan
from voicegather.selectors.plans import told_plans
from voicegather.selectors.unpublished import with_unpublished_changes


@dataclass(frozen=True, slots=True)
class MenuFacts:
    """`calls_today` counts real calls since midnight in the current time zone."""

    has_changes: bool
    calls_today: int
    plans: tuple[PublishingPlan, ...] = ()


def facts_of(menus: Sequence[Menu]) -> dict[int, MenuFacts]:
    """The facts of each menu by its id, in as many queries for one menu as for a hundred."""
    changed = with_unpublished_changes(menus)
    calls = calls_since(beginning_of_today(), menus)
    plans = told_plans(menus)
    return {
        menu.pk: MenuFacts(menu.pk in changed, calls.get(menu.pk, 0), tuple(plans.get(menu.pk, ())))
        for menu in menus
    }


def has_history(menu: Menu) -> bool:
    """Whether the menu was ever published or called: then it cannot be deleted."""
    return menu.versions.exists() or Call.objects.filter(menu=menu).exists()


def calls_since(moment: datetime, menus: Sequence[Menu]) -> dict[int, int]:
    """How many calls of each menu began since then, test calls apart; those without are absent."""
    calls = Call.objects.filter(menu__in=menus, started_at__gte=moment, is_test=False)
    counted = calls.order_by().values_list("menu").annotate(count=Count("pk"))
    return {menu: count for menu, count in counted if menu is not None}


def beginning_of_today() -> datetime:
    """Midnight in the current time zone."""
    now = timezone.now()
    local = timezone.localtime(now) if timezone.is_aware(now) else now
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
