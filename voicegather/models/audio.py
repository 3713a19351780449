from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AudioFormat(models.TextChoices):
    WAV = "wav", "WAV"
    MP3 = "mp3", "MP3"


class AudioFile(models.Model):
    """What is known of an uploaded prompt, found out once: its file never changes.

    The file's name in the storage is made of its content. It has no owner: prompts and published
    versions name it.
    """

    name = models.CharField(_("file"), max_length=100, unique=True)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    format = models.CharField(_("format"), max_length=4, choices=AudioFormat.choices)
    size = models.PositiveIntegerField(_("size (bytes)"))
    duration_ms = models.PositiveIntegerField(_("length (ms)"))
    sample_rate = models.PositiveIntegerField(_("sample rate (Hz)"))
    channels = models.PositiveSmallIntegerField(_("channels"))
    bits = models.PositiveSmallIntegerField(_("bits a sample"), default=0)
    tag_bytes = models.PositiveIntegerField(_("notes in it (bytes)"), default=0)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("audio file")
        verbose_name_plural = _("audio files")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.sha256[:8]}.{self.format}"
