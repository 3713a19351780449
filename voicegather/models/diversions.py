from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from voicegather.models.menus import Menu


class DiversionQuerySet(models.QuerySet["Diversion"]):
    def running(self, moment: datetime) -> DiversionQuerySet:
        """Those that new calls follow at `moment`."""
        in_time = Q(until__isnull=True) | Q(until__gt=moment)
        return self.filter(in_time, ended_at__isnull=True)


class Diversion(models.Model):
    """An emergency: new calls to numbers are answered by this menu instead of their own.

    Rows stay when they have ended, for audits and for the calls that were diverted.
    """

    menu = models.ForeignKey(
        Menu, verbose_name=_("emergency menu"), on_delete=models.PROTECT, related_name="diversions"
    )
    team = models.ForeignKey(
        Group,
        verbose_name=_("numbers of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: every number."),
    )
    reason = models.TextField(_("reason"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("switched on by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    started_at = models.DateTimeField(_("on since"))
    until = models.DateTimeField(_("ends at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("switched off by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = DiversionQuerySet.as_manager()

    class Meta:
        verbose_name = _("diversion")
        verbose_name_plural = _("diversions")
        ordering = ["-started_at", "-pk"]
        permissions = [("divert_numbers", "Can send all numbers to an emergency menu and back")]
        constraints = [
            models.UniqueConstraint(
                Coalesce(F("team"), Value(0)),
                condition=Q(ended_at__isnull=True),
                name="voicegather_one_diversion",
            )
        ]

    def __str__(self) -> str:
        return str(self.menu)
