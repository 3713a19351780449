from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voicegather.models.audio import AudioFile
from voicegather.models.jobs import Job


class MediaUpload(Job):
    """A recording on its way into, or in, the media storage of one Telnyx account."""

    audio = models.ForeignKey(
        AudioFile,
        verbose_name=_("recording"),
        on_delete=models.CASCADE,
        related_name="uploads",
    )
    connection = models.CharField(_("connection"), max_length=60)
    expires_at = models.DateTimeField(_("at Telnyx until"), null=True, blank=True)
    look_at = models.DateTimeField(_("looked after"), default=timezone.now)

    class Meta(Job.Meta):
        verbose_name = _("recording at Telnyx")
        verbose_name_plural = _("recordings at Telnyx")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["audio", "connection"], name="voicegather_media_of_account"
            )
        ]
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["look_at"], name="voicegather_media_look_at"),
        ]

    def __str__(self) -> str:
        return f"{self.audio} ({self.connection})"
