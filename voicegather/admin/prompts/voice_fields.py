"""A voice as form fields: its provider, its name with suggestions, and what it can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.forms.fields import IndentedJSONField
from voicegather.services.voices import (
    PROVIDERS,
    Shape,
    VoiceProvider,
    VoiceSetting,
    mismatch,
    provider_named,
    provider_of,
    settings_problems,
    suggested_voices,
)

PROVIDER = "voice_provider"
JSON = "voice_settings"
#: Marks the JSON of settings that no field shows: styles leave it in sight.
KEPT = "data-kept"


def form_name(provider: VoiceProvider, setting: VoiceSetting) -> str:
    """The name of the field for a setting of a provider's voices."""
    return f"setting_{provider.slug}_{setting.name}"


#: Every field for a setting, in the order of providers.
SETTING_NAMES = tuple(form_name(each, one) for each in PROVIDERS for one in each.settings)


class SuggestingInput(AdminTextInputWidget):
    """A line of text with suggestions, which are ``(value, label)``."""

    suggestions: tuple[tuple[str, str], ...] = ()

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        listed = f"{(attrs or {}).get('id') or name}-suggested"
        attrs = {**(attrs or {}), "list": listed, "autocomplete": "off", "spellcheck": "false"}
        options = format_html_join("", '<option value="{}">{}</option>', self.suggestions)
        field = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


class SettingsField(IndentedJSONField):
    """The settings that have no field of their own; nothing is written where there are none."""

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value) if value else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether there are others now: nothing, null and {} are the same."""
        try:
            return bool((initial or None) != (self.to_python(data) or None))
        except ValidationError:
            return True


def provider_field() -> forms.ChoiceField:
    """Whose voice it is."""
    others = ("", _("Another, or as the voice says"))
    choices = [others, *((each.slug, each.label) for each in PROVIDERS)]
    return forms.ChoiceField(choices=choices, required=False, label=_("Provider of the voice"))


def voice_suggestions(language: str) -> tuple[tuple[str, str], ...]:
    """Well-known voices to offer, those of the language first."""
    return tuple((each.voice, each.label) for each in suggested_voices(language))


def setting_fields() -> dict[str, forms.Field]:
    """An optional field for each setting of each provider."""
    return {
        form_name(provider, setting): _field(provider, setting)
        for provider in PROVIDERS
        for setting in provider.settings
    }


def _field(provider: VoiceProvider, setting: VoiceSetting) -> forms.Field:
    common: dict[str, Any] = {
        "required": False,
        "label": format_lazy("{}: {}", provider.label, setting.label),
        "help_text": setting.help,
    }
    as_it_comes = ("", _("As the voice is"))
    match setting.shape:
        case Shape.NUMBER:
            # Steps of a browser's own would refuse what Telnyx takes.
            common["widget"] = forms.NumberInput(attrs={"step": "any"})
            return forms.FloatField(min_value=setting.minimum, max_value=setting.maximum, **common)
        case Shape.INTEGER:
            return forms.IntegerField(**common)
        case Shape.YES_NO:
            choices = [as_it_comes, ("true", _("Yes")), ("false", _("No"))]
            return forms.TypedChoiceField(
                choices=choices, coerce=lambda text: text == "true", empty_value=None, **common
            )
        case Shape.CHOICE:
            listed: list[tuple[Any, Any]] = [(each, each) for each in setting.choices]
            return forms.ChoiceField(choices=[as_it_comes, *listed], **common)
        case _:
            return forms.CharField(
                widget=forms.TextInput(attrs={"class": "vTextField"}), max_length=200, **common
            )


@dataclass(frozen=True)
class StoredVoice:
    """A voice with its settings, as the form opens: in fields, and as JSON what those lack."""

    voice: str
    settings: Any

    @property
    def provider(self) -> VoiceProvider | None:
        return provider_of(self.voice)

    def initial(self) -> dict[str, Any]:
        """The values of the fields, the JSON among them."""
        owner = self.provider
        if owner is None:
            return {PROVIDER: "", JSON: self.settings}
        shown = self._shown()
        fields = (each for each in owner.settings if each.name in shown)
        values = {form_name(owner, each): shown[each.name] for each in fields}
        return {PROVIDER: owner.slug, **values, JSON: self.beside()}

    def beside(self) -> Any:
        """The settings that no field shows; empty where fields show all of them."""
        owner = self.provider
        if owner is None or not isinstance(self.settings, dict) or not self._is_of(owner):
            return self.settings
        shown = self._shown()
        return {
            name: value
            for name, value in self.settings.items()
            if name not in shown and name != "type"
        }

    def _shown(self) -> dict[str, Any]:
        owner = self.provider
        if owner is None or not isinstance(self.settings, dict) or not self._is_of(owner):
            return {}
        return {
            each.name: _as_chosen(self.settings[each.name])
            for each in owner.settings
            if self.settings.get(each.name) is not None
            and not each.problem(self.settings[each.name])
        }

    def _is_of(self, owner: VoiceProvider) -> bool:
        return bool(owner.type) and self.settings.get("type") == owner.type

    def written(self, cleaned: Mapping[str, Any], chosen: VoiceProvider | None) -> dict[str, Any]:
        """The settings to store for a voice of the provider `chosen`, by the form's values.

        Raises ValidationError, by the names of fields, where they cannot stand.
        """
        beside = dict(cleaned.get(JSON) or {})
        if chosen is None or not chosen.type:
            _check(beside, chosen)
            return beside
        typed = {
            each.name: self._unchanged(each.name, cleaned.get(form_name(chosen, each)))
            for each in chosen.settings
            if cleaned.get(form_name(chosen, each)) not in (None, "")
        }
        if not typed and not beside and self.settings != {"type": chosen.type}:
            return {}
        whole = {"type": chosen.type, **beside, **typed}
        _check(whole, chosen)
        return whole

    def _unchanged(self, name: str, value: Any) -> Any:
        """The value as it was stored, where it is the same number: 1 stays 1."""
        stored = self.settings.get(name) if isinstance(self.settings, dict) else None
        return stored if stored == value and not isinstance(stored, bool) else value


def chosen_provider(stored: StoredVoice, voice: str, slug: str) -> VoiceProvider | None:
    """Whose voice it is: as the voice says, else as was chosen.

    Raises ValidationError where somebody chose another provider than the voice's. Without scripts
    a voice is changed without its provider: then the voice counts.
    """
    owner, chosen = provider_of(voice), provider_named(slug)
    before = stored.provider.slug if stored.provider else ""
    if chosen is None or owner is chosen or (voice != stored.voice and slug == before):
        return owner or (None if voice else chosen)
    if not voice:
        return chosen
    raise ValidationError(
        gettext("“%(voice)s” is no voice of %(owner)s, whose voices are written like %(form)s."),
        params={"voice": voice, "owner": chosen.label, "form": chosen.form},
    )


def _check(settings: dict[str, Any], owner: VoiceProvider | None) -> None:
    names = {each.name: form_name(owner, each) for each in owner.settings} if owner else {}
    found: dict[str, list[str]] = {}
    if owner is not None and (problem := mismatch(owner.form, settings)):
        found[JSON] = [problem]
    else:
        for name, message in settings_problems(settings):
            field = names.get(name, JSON)
            text = f"{name}: {message}" if name and field == JSON else message
            found.setdefault(field, []).append(text)
    if found:
        raise ValidationError(found)


def _as_chosen(value: Any) -> Any:
    """A yes or no as the list of choices has it."""
    return str(value).lower() if isinstance(value, bool) else value
