from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from voicegather.models.export_profiles import ExportFormat, ExportProfile, Reviews


class ExportSchedule(models.Model):
    """An export that is made again every day or week, of what came in since."""

    class Every(models.TextChoices):
        DAY = "day", _("Every day: the day before")
        WEEK = "week", _("Every week: the seven days before")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("active"), default=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
    )
    every = models.CharField(_("how often"), max_length=5, choices=Every.choices, default=Every.DAY)
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=Weekday.choices,
        default=Weekday.MONDAY,
        help_text=_("For weekly ones."),
    )
    at = models.TimeField(_("time"), help_text=_("In the site’s time zone."))
    menu = models.ForeignKey(
        "voicegather.Menu",
        verbose_name=_("menu"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Empty: all menus that you see."),
    )
    shape = models.CharField(_("shape"), max_length=10, choices=ExportProfile.Shape.choices)
    format = models.CharField(_("format"), max_length=10, choices=ExportFormat.choices)
    reviews = models.CharField(
        _("results"), max_length=10, choices=Reviews.choices, default=Reviews.ANY
    )
    profile = models.ForeignKey(
        ExportProfile,
        verbose_name=_("columns"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    team = models.ForeignKey(
        Group,
        verbose_name=_("shared with"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    #: When it is due next; None until the clock has seen it.
    next_at = models.DateTimeField(_("next"), null=True, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = _("scheduled export")
        verbose_name_plural = _("scheduled exports")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
