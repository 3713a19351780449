"""What it takes: Django's own permissions, for reading, too."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class ActionPermission(BasePermission):
    """Logged in, and with the permission that the view's ``permissions`` name for this action.

    As in the admin, who may change something may see it, too.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not (request.user and request.user.is_authenticated):
            return False
        codename = view.permissions.get(getattr(view, "action", None))
        return codename is None or may(request.user, codename)


def may(user: Any, codename: str) -> bool:
    """Whether `user` has voicegather's permission `codename`, such as ``view_call``."""
    verb, _, model = codename.partition("_")
    codenames = (codename, f"change_{model}") if verb == "view" else (codename,)
    return any(user.has_perm(f"voicegather.{each}") for each in codenames)
