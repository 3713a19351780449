from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class ExportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", _("XLSX (Excel)")
    JSONL = "jsonl", "JSON Lines"


class Reviews(models.TextChoices):
    """Which results an export is limited to, by what staff decided about them last."""

    ANY = "any", _("All results, reviewed or not")
    REVIEWED = "reviewed", _("Reviewed results: accepted, corrected or rejected")
    ACCEPTED = "accepted", _("Results that count: accepted or corrected")


class ExportProfile(models.Model):
    """Which columns a file has, in which order and under which headings."""

    class Shape(models.TextChoices):
        LONG = "long", _("Long: one row an attempt")
        WIDE = "wide", _("Wide: one row a call")

    name = models.CharField(_("name"), max_length=100)
    team = models.ForeignKey(
        Group,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Only its members see and use it. Empty: everyone."),
    )
    shape = models.CharField(_("shape"), max_length=10, choices=Shape.choices, default=Shape.WIDE)

    class Meta:
        verbose_name = _("export profile")
        verbose_name_plural = _("export profiles")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class ExportColumn(models.Model):
    """One column of a profile, by a key that stays the same when menus change."""

    profile = models.ForeignKey(
        ExportProfile, verbose_name=_("profile"), on_delete=models.CASCADE, related_name="columns"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    key = models.CharField(_("column"), max_length=200)
    heading = models.CharField(
        _("heading"), max_length=200, blank=True, help_text=_("Empty: the column’s own name.")
    )

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.heading or self.key
