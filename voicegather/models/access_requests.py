from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voicegather.models.exports import export_storage, new_token
from voicegather.models.jobs import Job


class AccessRequest(Job):
    """Everything held of a caller, gathered into one file, for a person who asks for it."""

    reason = models.TextField(_("reason"))
    reveals = models.BooleanField(_("with sensitive values"), default=False)
    #: ``{"party": …, "number": …}``; null once the file is gone.
    sealed_subject = models.BinaryField(null=True, editable=False)
    subject_hash = models.CharField(max_length=64, db_index=True, editable=False)
    as_of = models.DateTimeField(_("calls until"), default=timezone.now)
    counts: models.JSONField[Any, Any] = models.JSONField(_("counts"), default=dict)
    #: No part of the file's address can be guessed.
    token = models.CharField(max_length=40, default=new_token, editable=False)
    file = models.FileField(
        _("file"), storage=export_storage, max_length=255, blank=True, editable=False
    )
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    class Meta(Job.Meta):
        verbose_name = _("access request")
        verbose_name_plural = _("access requests")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("export_caller", "Can gather all that is held of a caller")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
