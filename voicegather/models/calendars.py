from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voicegather.models.menus import valid_key
from voicegather.models.teams import team_field


class Calendar(models.Model):
    """Opening hours in an IANA zone, with holidays and exceptions. Live: the next call has them.

    Windows are pairs of ``HH:MM``; one that ends no later than it begins runs into the next day.
    """

    key = models.CharField(_("key"), max_length=50, unique=True, validators=[valid_key])
    name = models.CharField(_("name"), max_length=120, blank=True)
    zone = models.CharField(
        _("time zone"), max_length=60, default="UTC", help_text=_("America/Chicago")
    )
    #: ``{"monday": [["08:00", "12:00"], ["22:00", "02:00"]]}``
    weekly = models.JSONField(_("weekly hours"), default=dict, blank=True)
    #: By first date: ``{"2026-12-24": {"to": "2026-12-31", "name": "Inventory", "hours": []}}``,
    #: or with an ``exit`` in place of hours.
    exceptions = models.JSONField(_("exceptions"), default=dict, blank=True)
    country = models.CharField(_("holidays of"), max_length=2, blank=True)
    subdivision = models.CharField(_("state or region"), max_length=40, blank=True)
    #: Those that are not simply closed: ``{"Christmas Day": {"exit": "christmas"}}``, or with
    #: ``hours``, or ``{"observed": false}``.
    holidays = models.JSONField(_("holidays"), default=dict, blank=True)
    #: Exits besides open and closed that the emergency switch may say.
    exits = models.JSONField(_("further exits"), default=list, blank=True)
    team = team_field()

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["key"]
        permissions = [("switch_calendar", "Can use the emergency switch of calendars")]

    def __str__(self) -> str:
        return self.name or self.key


class CalendarSwitch(models.Model):
    """Somebody set a calendar to one exit, whatever its hours say. Append-only but for its end."""

    calendar = models.ForeignKey(
        Calendar, verbose_name=_("calendar"), on_delete=models.CASCADE, related_name="switches"
    )
    exit = models.CharField(_("exit"), max_length=50)
    reason = models.CharField(_("reason"), max_length=200)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    switched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("switched by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("switched back"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("switched back by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("use of the emergency switch")
        verbose_name_plural = _("uses of the emergency switch")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar"],
                condition=Q(ended_at__isnull=True),
                name="voicegather_switch_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.calendar}: {self.exit}"
