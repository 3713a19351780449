from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voicegather.models.menus import Menu


class TrialCall(models.Model):
    """A test call that somebody makes in the admin, between two acts. Kept for a day."""

    menu = models.ForeignKey(
        Menu, verbose_name=_("menu"), on_delete=models.CASCADE, related_name="trials"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    #: Counts the acts: who saw an older number must look again before acting.
    seq = models.PositiveIntegerField(_("acts"), default=0)
    #: The draft as it was compiled when the call began.
    document: models.JSONField[Any, Any] = models.JSONField(_("document"))
    runs_functions = models.BooleanField(_("runs the site’s functions"), default=False)
    #: Engine state, log and acts.
    sealed = models.BinaryField(editable=False)
    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("test call")
        verbose_name_plural = _("test calls")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.menu} {self.pk}"


class MenuTest(models.Model):
    """A test call that was kept, with what is expected to happen in it."""

    menu = models.ForeignKey(
        Menu,
        verbose_name=_("menu"),
        on_delete=models.CASCADE,
        related_name="tests",
        db_index=False,  # voicegather_test_name serves it.
    )
    name = models.CharField(_("name"), max_length=120)
    #: How the call begins, and the acts in it. What sensitive steps hear is sealed.
    script: models.JSONField[Any, Any] = models.JSONField(_("script"), editable=False)
    expectations: models.JSONField[Any, Any] = models.JSONField(_("expectations"), editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("saved test")
        verbose_name_plural = _("saved tests")
        ordering = ["menu", "name"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["menu", "name"], name="voicegather_test_name")
        ]

    def __str__(self) -> str:
        return self.name
