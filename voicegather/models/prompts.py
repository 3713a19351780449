from __future__ import annotations

from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from voicegather.engine.graph import WordsKind
from voicegather.models.choices import choices_of
from voicegather.models.menus import valid_key
from voicegather.models.teams import team_field


class Prompt(models.Model):
    """What is said, in every language, for any menu to use."""

    key = models.CharField(_("key"), max_length=50, unique=True, validators=[valid_key])
    name = models.CharField(_("name"), max_length=120, blank=True)
    team = team_field()
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name or self.key


class PromptVariant(models.Model):
    """A prompt in one language: words for a voice, or recorded audio."""

    prompt = models.ForeignKey(
        Prompt, verbose_name=_("prompt"), on_delete=models.CASCADE, related_name="variants"
    )
    language = models.CharField(_("language"), max_length=15, help_text=_("en-US, es-US"))
    kind = models.CharField(
        _("kind"), max_length=10, choices=choices_of(WordsKind), default=WordsKind.TEXT
    )
    text = models.TextField(
        _("text"),
        blank=True,
        help_text=_("Up to 3,000 characters. {{ caller }} and collected values are filled in."),
    )
    voice = models.CharField(
        _("voice"),
        max_length=120,
        blank=True,
        help_text=_("Provider.Model.Voice: AWS.Polly.Joanna-Neural"),
    )
    voice_language = models.CharField(_("voice language"), max_length=15, blank=True)
    voice_settings = models.JSONField(_("voice settings"), default=dict, blank=True)
    audio_file = models.FileField(
        _("audio file"), upload_to="voicegather/prompts/", blank=True, help_text=_("WAV or MP3")
    )
    audio_url = models.CharField(
        _("audio URL"),
        max_length=2000,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("https://www.example.com/welcome.wav"),
    )
    media_name = models.CharField(
        _("Telnyx media name"),
        max_length=255,
        blank=True,
        help_text=_("A file in Telnyx media storage."),
    )
    duration_ms = models.PositiveIntegerField(
        _("length (ms)"), default=0, help_text=_("Of audio; 0 when it is not known.")
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("prompt variant")
        verbose_name_plural = _("prompt variants")
        ordering = ["prompt", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["prompt", "language"], name="voicegather_prompt_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prompt} ({self.language})"
