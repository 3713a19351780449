from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voicegather.models.menus import Menu
from voicegather.models.numbers import PhoneNumber


class IncidentKind(models.TextChoices):
    """What can be wrong; the subject says where."""

    MENU_FAILS = "menu_fails", _("Calls to a menu fail")
    EVENTS_DEAD = "events_dead", _("Events are dead")
    COMMANDS_FAIL = "commands_fail", _("Commands fail")
    QUEUE_LAGS = "queue_lags", _("Work waits too long")
    QUEUE_UNSERVED = "queue_unserved", _("Nobody takes from a queue")
    KEY_REFUSED = "key_refused", _("Telnyx refuses an API key")
    NUMBER_SILENT = "number_silent", _("No calls on a busy number")
    JOBS_FAIL = "jobs_fail", _("Background jobs fail")
    SIGNATURES_BAD = "signatures_bad", _("Webhooks with bad signatures")
    DELIVERY_FAILS = "delivery_fails", _("Alerts cannot be sent")


class Incident(models.Model):
    """Something that is wrong, from when it is noticed until its cause has been gone for a while.

    `menu` and `number` say what it is about as long as that exists; `team` is what owned it when
    it was last seen, and counts where that is gone. No secret stands in `details`.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=IncidentKind.choices)
    #: Tells incidents of a kind apart: an id or a name; "" where there is only one.
    subject = models.CharField(_("subject"), max_length=100, blank=True)
    label = models.CharField(_("about"), max_length=200, blank=True)
    menu = models.ForeignKey(
        Menu,
        verbose_name=_("menu"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    number = models.ForeignKey(
        PhoneNumber,
        verbose_name=_("number"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    team = models.ForeignKey(
        Group,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    details = models.JSONField(_("details"), default=dict, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    last_seen_at = models.DateTimeField(_("last seen"))
    count = models.PositiveIntegerField(_("times seen"), default=1)
    #: Since when its cause has not been seen; null while it is.
    clear_since = models.DateTimeField(_("not seen since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acknowledged by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True)
    #: When messages about its beginning and its end were queued: once each.
    opened_told_at = models.DateTimeField(_("told of"), null=True, blank=True)
    closed_told_at = models.DateTimeField(_("end told of"), null=True, blank=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(closed_at__isnull=True),
                name="voicegather_incident_open",
            )
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="voicegather_incident_recent"),
            models.Index(
                fields=["closed_at"],
                condition=Q(
                    closed_at__isnull=False,
                    opened_told_at__isnull=False,
                    closed_told_at__isnull=True,
                ),
                name="voicegather_incident_untold",
            ),
        ]
        permissions = [("acknowledge_incident", "Can acknowledge incidents and mute alerts")]

    def __str__(self) -> str:
        about = f": {self.label}" if self.label else ""
        return f"{self.get_kind_display()}{about}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class AlertMute(models.Model):
    """For a time nobody is told of incidents of this kind, or of one subject of it."""

    kind = models.CharField(_("kind"), max_length=20, choices=IncidentKind.choices)
    subject = models.CharField(
        _("subject"), max_length=100, blank=True, help_text=_("Empty: every one of the kind.")
    )
    label = models.CharField(_("about"), max_length=200, blank=True)
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("muted by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    incident = models.ForeignKey(
        Incident,
        verbose_name=_("incident"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mutes",
    )

    class Meta:
        verbose_name = _("muted alert")
        verbose_name_plural = _("muted alerts")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["until"], name="voicegather_mute_until")]

    def __str__(self) -> str:
        about = f": {self.label}" if self.label else ""
        return f"{self.get_kind_display()}{about}"
