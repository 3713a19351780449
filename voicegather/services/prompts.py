"""Prompts written whole, with their variants: the rules that every way in shares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.engine.graph import WordsKind
from voicegather.exceptions import VoicegatherError
from voicegather.models import Prompt, PromptVariant
from voicegather.selectors.prompt_uses import VisibleUses, draft_uses, visible_uses
from voicegather.services.audio import SoundError, sound_of, store_sound
from voicegather.services.audio.keeping import bring_to_telnyx
from voicegather.services.inputs import InputError, InputProblem, Path, problems_of
from voicegather.services.menus.files.form import LANGUAGE_PATTERN, MOST_LANGUAGE
from voicegather.services.menus.journal import note_addition, note_change, note_deletion
from voicegather.services.menus.lint.ssml import find_ssml_problem
from voicegather.services.voices import mismatch, settings_problems, voice_problem

#: Telnyx docs: speak, payload.
MOST_CHARACTERS = 3_000
#: Steps that a refusal to delete names.
MOST_NAMED = 5
SOURCES: Mapping[WordsKind, tuple[str, ...]] = {
    WordsKind.TEXT: ("text",),
    WordsKind.SSML: ("text",),
    WordsKind.AUDIO: ("audio_file", "audio_url"),
    WordsKind.MEDIA: ("media_name",),
}
VARIANT_COLUMNS = (
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


def check_language(value: str) -> None:
    """Raises ValidationError where `value` is not written like en-US."""
    if not re.fullmatch(LANGUAGE_PATTERN, value) or len(value) > MOST_LANGUAGE:
        raise ValidationError(_("“%s” is not a language such as en-US.") % value)


def check_voice(value: str) -> None:
    """Raises ValidationError where `value` is neither empty nor written as Telnyx takes voices."""
    if value and (problem := voice_problem(value)):
        raise ValidationError(problem)


def check_voice_settings(value: Any) -> None:
    """Raises ValidationError where `value` is neither empty nor an object with its provider's type.

    Telnyx docs: voice settings, discriminated by `type`.
    """
    for name, message in settings_problems(value):
        raise ValidationError(f"{name}: {message}" if name else message)


def words_problems(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What keeps a variant from being heard, as ``(column, message)``.

    `values` are its columns; one that is absent could not be read, which was said elsewhere.
    """
    if len(values.get("text") or "") > MOST_CHARACTERS:
        yield "text", _("Telnyx speaks up to 3,000 characters: shorten it.")
    if "kind" not in values:
        return
    if values["kind"] == WordsKind.SSML and (text := values.get("text")):
        yield from _ssml_problems(text)
    names = SOURCES[WordsKind(values["kind"])]
    given = [name for name in names if values.get(name)]
    if not given and all(name in values for name in names):
        yield names[0], _("A variant of this kind needs this.")
    if len(given) > 1:
        yield names[1], _("Give a file or a URL, not both.")


def _ssml_problems(text: str) -> Iterator[tuple[str, str]]:
    found = find_ssml_problem(text)
    if found is None:
        return
    if not found.line:
        yield "text", _("SSML %(problem)s.") % {"problem": found.text}
        return
    place = {"line": found.line, "column": found.column, "reason": found.reason}
    yield "text", _("Line %(line)s, column %(column)s: %(reason)s.") % place


def keep_recording(variant: PromptVariant, given: object) -> None:
    """Have `variant` name what its form gave as recording, and last as long as that.

    `given` is an uploaded file with its `sound`, False where the old one is to go, else whatever
    there was. Files stay in the storage: published versions play them. Stores no row of a variant.
    """
    sound = getattr(given, "sound", None)
    if isinstance(given, UploadedFile) and sound is not None:
        variant.audio_file = name = store_sound(given, sound)
        bring_to_telnyx([name])
        variant.duration_ms = sound.duration_ms
    else:
        _measure(variant)


def _measure(variant: PromptVariant) -> str:
    """Set the length of a variant's uploaded file; what keeps it from being played."""
    name = variant.audio_file.name or ""
    if not name:
        return ""
    try:
        variant.duration_ms = sound_of(name).duration_ms
    except SoundError as problem:
        return str(problem)
    return ""


@transaction.atomic
def write_prompt(
    prompt: Prompt,
    *,
    columns: Mapping[str, Any],
    variants: Sequence[Mapping[str, Any]] | None = None,
    author: AbstractBaseUser | None = None,
) -> Prompt:
    """Store `prompt`, new or not, with `columns` (``key``, ``name``, ``team``) set on it.

    `variants` takes the place of all it has, None leaves them; each has its ``language`` and any
    of VARIANT_COLUMNS, the others being empty. Raises InputError with every problem; nothing
    changes then.
    """
    is_new = prompt.pk is None
    if not is_new:
        prompt = Prompt.objects.select_for_update().get(pk=prompt.pk)
    problems = list(_key_problems(prompt, columns))
    for name, value in columns.items():
        setattr(prompt, name, value)
    problems += problems_of(prompt)
    rows = None if variants is None else _variant_rows(prompt, variants, problems)
    if problems:
        raise InputError(problems)
    try:
        with transaction.atomic():
            prompt.save()
            if rows is not None:
                _store_variants(prompt, rows)
    except IntegrityError:
        message = _("Somebody wrote the same at this moment: read it, and try again.")
        raise InputError([InputProblem((), message)]) from None
    note = note_addition if is_new else note_change
    note(author=author, of=prompt, message=_("Written as a whole."))
    return prompt


class PromptInUseError(VoicegatherError):
    """Steps name the prompt. Nothing was deleted; `uses` are those that its deleter may know of."""

    def __init__(self, prompt: Prompt, uses: VisibleUses) -> None:
        self.uses = uses
        places = [
            _("step “%(step)s” of “%(menu)s”") % {"step": each.step_name, "menu": each.menu_name}
            for each in uses.uses[:MOST_NAMED]
        ]
        if left := len(uses.uses) - len(places):
            places.append(ngettext("%d more step", "%d more steps", left) % left)
        if uses.hidden:
            text = ngettext("%d menu of another team", "%d menus of other teams", uses.hidden)
            places.append(text % uses.hidden)
        super().__init__(
            _("“%(prompt)s” is used by %(places)s: name another prompt there, then delete it.")
            % {"prompt": prompt, "places": ", ".join(places)}
        )


@transaction.atomic
def delete_prompt(prompt: Prompt, *, author: AbstractBaseUser | None = None) -> None:
    """Remove the prompt with its variants, unless a step of any menu as it stands names it.

    Published versions keep their own copy of its words. Raises PromptInUseError, which names the
    steps that `author` may see, every one without an author.
    """
    uses = draft_uses([prompt.key]).get(prompt.key, ())
    if uses:
        known = visible_uses(author, [prompt])[prompt.key] if author else VisibleUses(uses, 0)
        raise PromptInUseError(prompt, known)
    note_deletion(author=author, of=prompt, message=_("Deleted."))
    prompt.delete()


def _key_problems(prompt: Prompt, columns: Mapping[str, Any]) -> Iterator[InputProblem]:
    if prompt.pk is not None and columns.get("key", prompt.key) != prompt.key:
        yield InputProblem(
            ("key",), _("Menus name a prompt by its key: make another prompt instead.")
        )


def _variant_rows(
    prompt: Prompt, variants: Sequence[Mapping[str, Any]], problems: list[InputProblem]
) -> list[PromptVariant]:
    there = {each.language: each for each in prompt.variants.all()} if prompt.pk else {}
    rows: dict[str, PromptVariant] = {}
    for index, values in enumerate(variants):
        at: Path = ("variants", index)
        language = values.get("language", "")
        if language in rows:
            problems.append(
                InputProblem((*at, "language"), _("There is a variant of this language already."))
            )
            continue
        row = rows[language] = there.get(language) or PromptVariant(language=language)
        empty = PromptVariant()
        for name in VARIANT_COLUMNS:
            setattr(row, name, values.get(name, getattr(empty, name)))
        problems += _variant_problems(row, at)
    return list(rows.values())


def _variant_problems(row: PromptVariant, at: Path) -> Iterator[InputProblem]:
    found = problems_of(row, at=at, exclude=["prompt"])
    yield from found
    unreadable = {problem.path[len(at)] for problem in found if len(problem.path) > len(at)}
    for name, check in _CHECKS.items():
        try:
            check(getattr(row, name))
        except ValidationError as error:
            if name not in unreadable:
                yield InputProblem((*at, name), str(error.message))
    if problem := mismatch(row.voice, row.voice_settings):
        yield InputProblem((*at, "voice_settings"), problem)
    if problem := _measure(row):
        yield InputProblem((*at, "audio_file"), problem)
    columns = ("kind", "text", "audio_file", "audio_url", "media_name")
    values = {name: getattr(row, name) for name in columns if name not in unreadable}
    for name, message in words_problems(values):
        yield InputProblem((*at, name), message)


_CHECKS = {
    "language": check_language,
    "voice": check_voice,
    "voice_settings": check_voice_settings,
}


def _store_variants(prompt: Prompt, rows: Sequence[PromptVariant]) -> None:
    kept = [row.pk for row in rows if row.pk is not None]
    prompt.variants.exclude(pk__in=kept).delete()
    for row in rows:
        row.prompt = prompt
        row.save()
    bring_to_telnyx(str(row.audio_file.name or "") for row in rows)
    # What was prefetched before is not what stands there now.
    getattr(prompt, "_prefetched_objects_cache", {}).clear()
