"""Menus that commands name."""

from __future__ import annotations

from django.core.management.base import CommandError

from voicegather.models import Menu


def menu_with_slug(slug: str) -> Menu:
    """The menu; raises CommandError that lists the slugs there are."""
    menu = Menu.objects.filter(slug=slug).first()
    if menu is None:
        known = ", ".join(Menu.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(f"There is no menu “{slug}”. Known: {known or 'none; load one first'}.")
    return menu
