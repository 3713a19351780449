from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


def team_field() -> models.ForeignKey[Any, Any]:
    """The owning team of an object: only its members see and change it; null is everyone."""
    return models.ForeignKey(
        Group,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Only its members may see and change this. Empty: everyone with permission."),
    )
