"""The form of a prompt in one language: what its kind needs, and no more is in sight.

Which fields are in sight is a matter of styles, so that it needs no script: see prompt.css.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from voicegather.admin.prompts.audio import AudioFileField
from voicegather.admin.prompts.voice_fields import (
    JSON,
    KEPT,
    PROVIDER,
    SETTING_NAMES,
    SettingsField,
    StoredVoice,
    SuggestingInput,
    chosen_provider,
    provider_field,
    setting_fields,
    voice_suggestions,
)
from voicegather.admin.prompts.words_input import WordsInput
from voicegather.engine.graph import WordsKind
from voicegather.models import PromptVariant
from voicegather.selectors.prompt_grid import KIND_LABELS
from voicegather.selectors.prompt_words import Vocabulary
from voicegather.services.menus.lint.prompt_checks import VOICE_LANGUAGES
from voicegather.services.prompts import (
    check_language,
    check_voice,
    keep_recording,
    words_problems,
)
from voicegather.services.voices.usual import usual_voice

#: What a voice speaks.
SPOKEN = (WordsKind.TEXT, WordsKind.SSML)
#: What is recorded, in the order in which the form has it.
AUDIO_FIELDS = ("audio_file", "audio_url", "media_name", "duration_ms")
VARIANT_FIELDS: tuple[str | tuple[str, ...], ...] = (
    ("language", "kind"),
    "text",
    (PROVIDER, "voice", "voice_language"),
    *SETTING_NAMES,
    JSON,
    *AUDIO_FIELDS,
)


class _VariantFields(forms.ModelForm):  # type: ignore[type-arg]
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
    voice_settings = SettingsField(
        required=False,
        label=_("Other settings of the voice"),
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
            JSON,
            *AUDIO_FIELDS,
        )


_VOICE_FIELDS = {PROVIDER: provider_field(), **setting_fields()}


class PromptVariantForm(type("_WithVoice", (_VariantFields,), _VOICE_FIELDS)):  # type: ignore[misc]
    #: What the words can name.
    vocabulary: ClassVar[Vocabulary] = Vocabulary((), is_used=False)
    #: The languages to suggest.
    languages: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored_voice = StoredVoice(self.instance.voice, self.instance.voice_settings)
        if self.instance.pk is not None:
            self.initial |= self._stored_voice.initial()
        if self._stored_voice.beside() and JSON in self.fields:
            self.fields[JSON].widget.attrs[KEPT] = "1"
        self._dress()

    def _dress(self) -> None:
        if "kind" in self.fields:
            self.fields["kind"].choices = list(KIND_LABELS.items())
        language = self.instance.language or str(self.initial.get("language") or "")
        offered = {
            "voice": voice_suggestions(language),
            "voice_language": tuple((each, "") for each in sorted(VOICE_LANGUAGES)),
            "language": tuple((each, "") for each in self.languages),
        }
        for name, suggestions in offered.items():
            if name in self.fields:
                old = self.fields[name].widget
                self.fields[name].widget = SuggestingInput(attrs=old.attrs)
                self.fields[name].widget.suggestions = suggestions
        if "voice" in self.fields:
            self.fields["voice"].help_text = _(
                "Provider.Model.Voice: AWS.Polly.Joanna-Neural. Empty: the language’s usual one."
            )
        if "text" in self.fields:
            words = WordsInput()
            words.vocabulary = self.vocabulary
            words.language = language
            words.is_ssml = self.instance.kind == WordsKind.SSML
            self.fields["text"].widget = words

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        check_language(language)
        if "prompt" not in self.fields and self.instance.pk is not None:
            # Django looks for doubles only where all columns of the pair are in the form.
            others = self.instance.prompt.variants.exclude(pk=self.instance.pk)
            if others.filter(language=language).exists():
                raise ValidationError(_("There is a variant of this language already."))
        return language

    def clean_text(self) -> str:
        """With the line's ends of files: browsers send two characters for each."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")

    def clean_voice(self) -> str:
        voice: str = self.cleaned_data["voice"]
        check_voice(voice)
        return voice

    def clean_voice_settings(self) -> dict[str, Any]:
        settings = self.cleaned_data[JSON] or {}
        if not isinstance(settings, dict):
            raise ValidationError(_('Write a JSON object: {"name": "value"}.'))
        return dict(settings)

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, message in words_problems(cleaned):
            self.add_error(name, message)
        if JSON in cleaned and "voice" in cleaned:
            self._clean_voice(cleaned)
        if not self.errors and cleaned["kind"] in SPOKEN and not cleaned["voice"]:
            cleaned["voice"] = usual_voice(cleaned["language"])
        return cleaned

    def _clean_voice(self, cleaned: dict[str, Any]) -> None:
        slug = cleaned.get(PROVIDER) or ""
        try:
            chosen = chosen_provider(self._stored_voice, cleaned["voice"], slug)
        except ValidationError as problem:
            self.add_error("voice", problem)
            return
        try:
            cleaned[JSON] = self._stored_voice.written(cleaned, chosen)
        except ValidationError as problem:
            self.add_error(None, problem)

    def save(self, commit: bool = True) -> PromptVariant:
        keep_recording(self.instance, self.cleaned_data.get("audio_file"))
        variant: PromptVariant = super().save(commit)
        return variant


def variant_form_of(vocabulary: Vocabulary, languages: tuple[str, ...]) -> type[PromptVariantForm]:
    """The form of variants of a prompt whose words can name these variables."""
    beside = {"vocabulary": vocabulary, "languages": languages}
    return type("PromptVariantForm", (PromptVariantForm,), beside)
