from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.audio import AudioFileField, attach_sounds
from voicegather.admin.base import BaseAdmin
from voicegather.admin.fields import IndentedJSONField
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.admin.uploads import BoundedUploads
from voicegather.models import Prompt, PromptVariant
from voicegather.services.prompts import (
    check_language,
    check_voice_settings,
    keep_recording,
    words_problems,
)


class PromptVariantForm(forms.ModelForm):  # type: ignore[type-arg]
    audio_url = forms.URLField(
        required=False,
        max_length=2000,
        assume_scheme="https",
        label=_("Audio URL"),
        widget=AdminURLFieldWidget,
    )
    audio_file = AudioFileField(
        required=False,
        label=_("Audio file"),
        help_text=_("WAV or MP3, up to 20 MB. Best: WAV, 8,000 Hz, 16 bits, mono."),
    )
    voice_settings = IndentedJSONField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 40, "spellcheck": "false"}),
        help_text=_('As JSON: {"type": "telnyx", "voice_speed": 0.9}. Empty: as the voice is.'),
    )

    class Meta:
        model = PromptVariant
        fields = (
            "language",
            "kind",
            "text",
            "voice",
            "voice_language",
            "voice_settings",
            "audio_file",
            "audio_url",
            "media_name",
            "duration_ms",
        )

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        check_language(language)
        return language

    def clean_voice_settings(self) -> dict[str, Any]:
        settings = self.cleaned_data["voice_settings"] or {}
        check_voice_settings(settings)
        return dict(settings)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        for name, message in words_problems(cleaned):
            self.add_error(name, message)
        return cleaned

    def save(self, commit: bool = True) -> PromptVariant:
        keep_recording(self.instance, self.cleaned_data.get("audio_file"))
        variant: PromptVariant = super().save(commit)
        return variant


class PromptVariantFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    def get_queryset(self) -> QuerySet[PromptVariant]:
        is_read = hasattr(self, "_queryset")
        variants: QuerySet[PromptVariant] = super().get_queryset()
        if not is_read:
            attach_sounds(list(variants))
            for each in variants:
                each.prompt = self.instance
        return variants


class PromptVariantInline(admin.StackedInline):  # type: ignore[type-arg]
    model = PromptVariant
    form = PromptVariantForm
    formset = PromptVariantFormSet
    extra = 0
    fieldsets = (
        (None, {"fields": (("language", "kind"), "text", ("voice", "voice_language"))}),
        (_("Audio"), {"fields": ("audio_file", "audio_url", "media_name", "duration_ms")}),
        (_("Voice settings"), {"classes": ("collapse",), "fields": ("voice_settings",)}),
    )


@admin.register(Prompt)
class PromptAdmin(BoundedUploads, BaseAdmin):
    inlines = (PromptVariantInline,)
    list_display = ("key", "name", "languages", "team", "updated_at")
    list_filter = (("team", OwnTeamsFilter), "variants__language", "variants__kind")
    list_select_related = ("team",)
    search_fields = ("key", "name", "variants__text")
    fields = ("key", "name", "team")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("variants")

    @admin.display(description=_("languages"))
    def languages(self, prompt: Prompt) -> str:
        languages = [variant.language for variant in prompt.variants.all()]
        return ", ".join(languages) or gettext("none")


@admin.register(PromptVariant)
class PromptVariantAdmin(BoundedUploads, BaseAdmin):
    form = PromptVariantForm
    list_display = ("prompt", "language", "kind", "voice", "text_begins", "updated_at")
    list_filter = ("language", "kind")
    list_select_related = ("prompt",)
    search_fields = ("prompt__key", "prompt__name", "text")
    autocomplete_fields = ("prompt",)
    fieldsets = ((None, {"fields": ("prompt",)}), *PromptVariantInline.fieldsets)

    @admin.display(description=_("text"))
    def text_begins(self, variant: PromptVariant) -> str:
        return variant.text if len(variant.text) <= 60 else f"{variant.text[:60]}…"
