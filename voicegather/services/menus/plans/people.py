"""Who may publish a menu, asked anew each time: at the asking, the approving and the doing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser

from voicegather.models import Menu
from voicegather.selectors.teams import in_teams_of

PERMISSION = "voicegather.publish_menu"
#: How late a plan is still carried out where no clock ran at its moment. Staff are told of it.
LATEST = timedelta(minutes=30)


def may_publish(user: AbstractBaseUser | None, menu: Menu) -> bool:
    """Whether `user`, as the database knows them now, may publish this menu."""
    if user is None:
        return False
    known: Any = get_user_model()._default_manager.filter(pk=user.pk).first()
    if known is None or not known.is_active or not known.has_perm(PERMISSION):
        return False
    return in_teams_of(known, Menu.objects.filter(pk=menu.pk)).exists()
