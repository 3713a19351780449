from __future__ import annotations

import secrets

from django.contrib.auth.models import Group
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voicegather import conf
from voicegather.models.export_profiles import ExportFormat, ExportProfile
from voicegather.models.export_schedules import ExportSchedule
from voicegather.models.jobs import Job

FOLDER = "voicegather/exports"


def export_storage() -> Storage:
    """Where files of exports are: the site's storage that EXPORT_STORAGE names."""
    return storages[conf.get("EXPORT_STORAGE")]


def new_token() -> str:
    return secrets.token_urlsafe(24)


class Export(Job):
    """A file of collected input: what it is of, who asked for it, and how far it is.

    What it is of was fixed at `as_of`: the calls in `chosen_calls` (see
    selectors.collected.packing), and what was gathered in them up to the ids in `bounds`.
    """

    Shape = ExportProfile.Shape

    Format = ExportFormat

    shape = models.CharField(_("shape"), max_length=10, choices=ExportProfile.Shape.choices)
    format = models.CharField(_("format"), max_length=10, choices=ExportFormat.choices)
    #: What was asked for, in words for people; nothing reads it.
    filters = models.JSONField(_("filters"), default=dict, blank=True)
    team = models.ForeignKey(
        Group,
        verbose_name=_("shared with"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reveals = models.BooleanField(_("with sensitive values"), default=False)
    #: Why it is with sensitive values; on record with each download.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    as_of = models.DateTimeField(_("as of"), default=timezone.now)
    bounds = models.JSONField(default=dict, editable=False)
    chosen_calls = models.BinaryField(default=b"", editable=False)
    chosen_results = models.BinaryField(null=True, editable=False)
    #: Pairs of key and heading where a profile chose them.
    columns = models.JSONField(default=list, editable=False)
    #: Names and columns as they were when it began, so that it ends as it began.
    layout = models.JSONField(null=True, editable=False)
    schedule = models.ForeignKey(
        ExportSchedule,
        verbose_name=_("schedule"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="exports",
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    rows = models.PositiveBigIntegerField(_("rows"), default=0)
    gone = models.PositiveBigIntegerField(_("calls erased meanwhile"), default=0)
    unreadable = models.PositiveBigIntegerField(_("cells without a key"), default=0)
    #: No part of a file's address can be guessed.
    token = models.CharField(max_length=40, default=new_token, editable=False)
    file = models.FileField(
        _("file"), storage=export_storage, max_length=255, blank=True, editable=False
    )
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    #: When something that may be in it was erased last, and when it was last seen to hold nothing
    #: of that sort.
    forgot_at = models.DateTimeField(null=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)

    class Meta(Job.Meta):
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at", "-pk"]
        indexes = [
            *Job.Meta.indexes,
            models.Index(
                fields=["expires_at"],
                condition=~models.Q(file=""),
                name="voicegather_export_expiry",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "due_at"], name="voicegather_export_due")
        ]

    def __str__(self) -> str:
        return f"{self.get_shape_display().partition(':')[0]} {self.get_format_display()}"


class ExportPart(models.Model):
    """Some calls' rows, written: where a worker goes on that finds an export half made."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    #: The id of the last call in it, and how many calls and rows it has.
    last_call = models.BigIntegerField()
    calls = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField()
    gone = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    #: When its first row was read.
    began_at = models.DateTimeField()
    file = models.CharField(max_length=255)

    class Meta:
        verbose_name = _("part of an export")
        verbose_name_plural = _("parts of exports")
        ordering = ["export", "number"]
        constraints = [
            models.UniqueConstraint(fields=["export", "number"], name="voicegather_export_part")
        ]

    def __str__(self) -> str:
        return f"{self.export_id}/{self.number}"
