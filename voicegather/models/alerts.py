from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voicegather.models.incidents import Incident
from voicegather.models.jobs import Job


class AlertDelivery(Job):
    """One message about incidents on its way to one place, with what became of it."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        WEBHOOK = "webhook", _("Webhook")

    class News(models.TextChoices):
        OPENED = "opened", _("Opened")
        CLOSED = "closed", _("Closed")
        DIGEST = "digest", _("Several at once")
        TEST = "test", _("Test")

    channel = models.CharField(_("by"), max_length=10, choices=Channel.choices)
    news = models.CharField(_("news"), max_length=10, choices=News.choices)
    #: Which of the settings' webhooks, by a digest: a URL may be a secret.
    target = models.CharField(max_length=64, blank=True, editable=False)
    shown_target = models.CharField(_("to"), max_length=255, blank=True)
    #: The same for all tries, so that who gets it twice can tell.
    key = models.UUIDField(_("message id"), default=uuid4, unique=True)
    #: What it says, as it was when it was written.
    message = models.JSONField(_("message"), default=dict, editable=False)
    incidents = models.ManyToManyField(
        Incident, verbose_name=_("incidents"), blank=True, related_name="deliveries"
    )
    http_status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)

    class Meta(Job.Meta):
        verbose_name = _("alert delivery")
        verbose_name_plural = _("alert deliveries")
        ordering = ["-created_at", "-pk"]
        indexes = [
            *Job.Meta.indexes,
            models.Index(
                fields=["finished_at"],
                condition=Q(state="failed"),
                name="voicegather_delivery_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_news_display()} → {self.shown_target}"


class EventRequeue(Job):
    """Many dead events given back to their calls, the oldest first."""

    #: Up to which id, fixed when it was asked for; and how far it is.
    last_event = models.BigIntegerField(editable=False)
    at_event = models.BigIntegerField(default=0, editable=False)

    class Meta(Job.Meta):
        verbose_name = _("requeueing of events")
        verbose_name_plural = _("requeueings of events")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(_("Dead events worked on again"))


class JobFailure(models.Model):
    """A background job that failed for good, kept for a month."""

    kind = models.CharField(_("kind"), max_length=60)
    job = models.BigIntegerField(_("job"))
    failure = models.TextField(_("what went wrong"), blank=True)
    at = models.DateTimeField(_("failed"))

    class Meta:
        verbose_name = _("failure of a job")
        verbose_name_plural = _("failures of jobs")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="voicegather_jobfailure_recent")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.job}"
