from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voicegather.models.calls import Call


class EventSource(models.TextChoices):
    TELNYX = "telnyx", _("Telnyx")
    TIMER = "timer", _("Timer")
    COMMAND = "command", _("Command")
    HANDLER = "handler", _("Handler")
    OPERATOR = "operator", _("Operator")


class EventStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    NOTED = "noted", _("Waits for the next event")
    ORPHAN = "orphan", _("Waits for its call")
    PROCESSED = "processed", _("Processed")
    IGNORED = "ignored", _("Of no use")
    DEAD = "dead", _("Dead")


#: Events that no call has taken in yet. Nothing waits for a noted one: the next takes it along.
UNFOLDED = (EventStatus.PENDING, EventStatus.NOTED, EventStatus.ORPHAN)


class OwnEventType(models.TextChoices):
    """The types of events that come from ourselves, not from Telnyx."""

    TIMER_DUE = "timer.due", _("Timer due")
    FOLDING_FAILED = "folding.failed", _("Folding failed")
    COMMAND_ACCEPTED = "command.accepted", _("Command accepted")
    COMMAND_FAILED = "command.failed", _("Command failed")
    HANDLER_RETURNED = "handler.returned", _("Handler returned")
    HANDLER_FAILED = "handler.failed", _("Handler failed")
    ENTRIES_JUDGED = "handler.judged", _("Entries judged")
    OPERATOR_ACTED = "operator.acted", _("Operator acted")


class CallEvent(models.Model):
    """The inbox of everything the engine folds. Facts first; how processing went stands beside."""

    source = models.CharField(_("source"), max_length=10, choices=EventSource.choices)
    external_id = models.CharField(_("external id"), max_length=100)
    call_control_id = models.CharField(_("call control id"), max_length=255, blank=True)
    event_type = models.CharField(_("type"), max_length=80)
    occurred_at = models.DateTimeField(_("occurred"))
    received_at = models.DateTimeField(_("received"))
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    #: The payload's fields that carry what the caller said, sealed; null where there are none.
    sealed = models.BinaryField(null=True, editable=False)

    call = models.ForeignKey(
        Call,
        verbose_name=_("call"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="events",
        db_index=False,  # voicegather_event_call serves it.
    )
    status = models.CharField(
        _("status"), max_length=10, choices=EventStatus.choices, default=EventStatus.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("call event")
        verbose_name_plural = _("call events")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="voicegather_event_once")
        ]
        indexes = [
            models.Index(
                fields=["call_control_id"],
                condition=Q(status__in=["pending", "noted", "orphan"]),
                name="voicegather_event_unfolded",
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(status__in=["pending", "noted"]),
                name="voicegather_event_pending",
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(status="dead"),
                name="voicegather_event_dead",
            ),
            models.Index(fields=["call", "occurred_at"], name="voicegather_event_call"),
            models.Index(fields=["-received_at", "-id"], name="voicegather_event_recent"),
            models.Index(fields=["event_type", "-received_at"], name="voicegather_event_type"),
        ]
        permissions = [("requeue_callevent", "Can requeue dead events")]

    def __str__(self) -> str:
        return self.event_type
