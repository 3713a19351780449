from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voicegather.models.calls import Call
from voicegather.models.jobs import Job


class DataClass(models.TextChoices):
    """What is kept for so many days, each by itself."""

    WEBHOOKS = "webhooks", _("Raw webhooks")
    ANSWERS = "answers", _("Digits and results")
    TRANSCRIPTS = "transcripts", _("Transcripts")
    RECORDINGS = "recordings", _("Recordings")
    COMMANDS = "commands", _("Commands")
    EXPORTS = "exports", _("Exports")
    DISCLOSURES = "disclosures", _("Log of what was revealed")
    CALLS = "calls", _("Whole calls")


class RetentionRule(models.Model):
    """For how many days staff want a class of data kept; without a row the site's setting says."""

    data_class = models.CharField(
        _("class of data"), max_length=20, choices=DataClass.choices, primary_key=True
    )
    days = models.PositiveIntegerField(
        _("days to keep"), null=True, blank=True, help_text=_("Empty: for ever.")
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["data_class"]
        default_permissions = ("change", "view")

    def __str__(self) -> str:
        return str(self.get_data_class_display())


class LegalHold(models.Model):
    """Why a call must be kept: neither retention nor an erasure touches it until it is released."""

    #: Nothing deletes a call past its hold; services delete released ones before the call.
    call = models.ForeignKey(
        Call,
        verbose_name=_("call"),
        on_delete=models.PROTECT,
        related_name="holds",
    )
    reason = models.TextField(_("reason"))
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("held by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    held_at = models.DateTimeField(_("held since"), default=timezone.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    release_reason = models.TextField(_("why released"), blank=True)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-held_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("hold_call", "Can put calls under legal hold"),
            ("release_hold", "Can release legal holds"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(released_at=None), name="voicegather_hold_once"
            )
        ]

    def __str__(self) -> str:
        return self.reason[:80]


class RetentionRun(Job):
    """One round of deleting what is older than its class of data is kept, or of counting it."""

    is_dry = models.BooleanField(_("dry run"), default=False)
    #: The day on the site's wall for which the clock asked for it; null where staff did.
    day = models.DateField(_("day"), null=True, blank=True, unique=True)
    #: By class of data, the moment (ISO 8601) before which it is removed.
    cutoffs: models.JSONField[Any, Any] = models.JSONField(_("removes before"), default=dict)
    #: By class of data, what services.retention.Tally counts.
    counts: models.JSONField[Any, Any] = models.JSONField(_("counts"), default=dict)

    class Meta(Job.Meta):
        verbose_name = _("retention run")
        verbose_name_plural = _("retention runs")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        kind = _("Dry run") if self.is_dry else _("Retention")
        return f"{kind} {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"
