from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voicegather.models.calls import Call


class CommandStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    ACCEPTED = "accepted", _("Accepted")
    FAILED = "failed", _("Failed")
    SUPERSEDED = "superseded", _("Not wanted any more")


class CallCommand(models.Model):
    """The outbox: one Telnyx command of a call, and how its delivery went."""

    call = models.ForeignKey(
        Call,
        verbose_name=_("call"),
        on_delete=models.CASCADE,
        related_name="commands",
        db_index=False,  # voicegather_command_seq serves it.
    )
    seq = models.PositiveIntegerField(_("number"))
    command_id = models.UUIDField(_("command id"), unique=True)
    action = models.CharField(_("action"), max_length=40)
    #: The leg it is for; "" for the caller's.
    leg = models.CharField(_("leg"), max_length=255, blank=True)
    #: Telnyx's parameters, sealed: a read-back speaks what the caller entered.
    sealed_params = models.BinaryField(editable=False)
    unconditional = models.BooleanField(default=False, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"))

    status = models.CharField(
        _("status"), max_length=10, choices=CommandStatus.choices, default=CommandStatus.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    first_sent_at = models.DateTimeField(_("first sent"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(
        _("Telnyx took (ms)"), null=True, blank=True, help_text=_("Of the last attempt.")
    )
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    code = models.CharField(_("Telnyx code"), max_length=20, blank=True)
    detail = models.CharField(_("detail"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("call command")
        verbose_name_plural = _("call commands")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "seq"], name="voicegather_command_seq")
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(status="pending"),
                name="voicegather_command_pending",
            ),
            models.Index(fields=["-created_at", "-id"], name="voicegather_command_recent"),
            models.Index(fields=["status", "-created_at"], name="voicegather_command_status"),
            models.Index(fields=["action", "-created_at"], name="voicegather_command_action"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"
