"""The form field of an uploaded prompt: its player, what is known of it, and its checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.models import AudioFormat, PromptVariant
from voicegather.models.jobs import JobState
from voicegather.services.audio import (
    Sound,
    SoundError,
    Whereabouts,
    delivers_by_media,
    doubts_of,
    known_sounds,
    read_sound,
    whereabouts_of,
)
from voicegather.services.display import grouped


class AudioInput(forms.ClearableFileInput):
    """A file to choose; of the one that is there a player, its facts, and what to better."""

    template_name = "admin/voicegather/widgets/audio.html"
    initial_text = _("Now")  # type: ignore[assignment]
    input_text = _("Replace it with")  # type: ignore[assignment]
    clear_checkbox_label = _("Remove it")  # type: ignore[assignment]

    class Media:
        css = {"all": ("voicegather/audio.css",)}

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        accept = ".wav,.mp3,audio/wav,audio/x-wav,audio/mpeg"
        super().__init__({"accept": accept, **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.is_initial(value):
            context["widget"] |= about_sound(sound_of_variant(value.instance))
            context["widget"]["places"] = places_of(value.instance)
        return context


class AudioFileField(forms.FileField):
    """Takes a WAV or MP3 file by what is in it; its name plays no part."""

    widget = AudioInput

    def to_python(self, data: Any) -> Any:
        """The uploaded file with its `sound`, None where there is none."""
        if data in self.empty_values:
            return None
        try:
            data.sound = read_sound(data, size=data.size)
        except SoundError as problem:
            raise ValidationError(str(problem), code="invalid") from problem
        return data


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recording is, in words; `link` leads to its job, "" where there is none yet."""

    state: str
    words: str
    link: str


def attach_sounds(variants: list[PromptVariant]) -> None:
    """Have each variant carry what is known of its file, for all of them in a few queries."""
    names = [str(each.audio_file.name or "") for each in variants]
    sounds = known_sounds(names)
    found = whereabouts_of(names) if delivers_by_media() else {}
    for each, name in zip(variants, names, strict=True):
        each.known_sound = sounds.get(name)  # type: ignore[attr-defined]
        each.whereabouts = found.get(name, ())  # type: ignore[attr-defined]


def sound_of_variant(variant: PromptVariant) -> Sound | None:
    """What is known of a variant's file: attached before, or looked up."""
    if not hasattr(variant, "known_sound"):
        attach_sounds([variant])
    sound: Sound | None = getattr(variant, "known_sound", None)
    return sound


def places_of(variant: PromptVariant) -> list[Place]:
    """Where a variant's recording is in Telnyx's media storage, an entry an account."""
    found: tuple[Whereabouts, ...] = getattr(variant, "whereabouts", ())
    return [_place(each, is_one=len(found) == 1) for each in found]


def _place(where: Whereabouts, *, is_one: bool) -> Place:
    name = gettext("Telnyx") if is_one else gettext("Telnyx (%s)") % where.connection
    link = reverse("admin:voicegather_mediaupload_change", args=[where.pk]) if where.pk else ""
    if where.is_there:
        day = date_format(localtime(where.until))
        return Place("there", gettext("At %(place)s until %(day)s.") % _to(name, day=day), link)
    if where.state == JobState.FAILED:
        words = gettext("Did not reach %(place)s: %(failure)s")
        return Place("failed", words % _to(name, failure=where.failure), link)
    words = gettext("On its way to %(place)s … %(failure)s") % _to(name, failure=where.failure)
    return Place("waits", words.strip(), link)


def _to(place: str, **more: str) -> dict[str, str]:
    return {"place": place, **more}


def about_sound(sound: Sound | None) -> dict[str, Any]:
    """What pages tell of a sound: its `facts` in a line, and its `doubts`."""
    return {
        "facts": facts_of(sound) if sound else "",
        "doubts": list(doubts_of(sound)) if sound else [],
    }


def facts_of(sound: Sound) -> str:
    """Length, format, sample rate, channels and size, for people: ``0:04 · WAV · 8,000 Hz …``."""
    facts = [length_of(sound.duration_ms), AudioFormat(sound.format).label]
    facts.append(gettext("%s Hz") % grouped(sound.sample_rate))
    if sound.bits:
        facts.append(gettext("%d bits") % sound.bits)
    names = {1: gettext("mono"), 2: gettext("stereo")}
    facts.append(names.get(sound.channels) or gettext("%d channels") % sound.channels)
    facts.append(_size(sound.size))
    return " · ".join(facts)


def length_of(milliseconds: int) -> str:
    """A length as minutes and seconds; tenths where it is shorter than ten seconds."""
    tenths = round(milliseconds / 100)
    if tenths < 100:
        return gettext("%s s") % f"{tenths / 10:.1f}"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}:{seconds:02}"


def _size(size: int) -> str:
    if size < 1_000_000:
        return gettext("%s kB") % grouped(max(1, round(size / 1000)))
    return gettext("%s MB") % f"{size / 1_000_000:.1f}"
