"""Prompts of a menu file into the tables. They are shared: other menus may use them, too."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group

from voicegather.models import Prompt, PromptVariant
from voicegather.services.audio.keeping import bring_to_telnyx
from voicegather.services.menus.files.form import PromptForm, VariantForm


def store_prompts(forms: Iterable[PromptForm]) -> tuple[str, ...]:
    """Create or update the prompts with all their variants; returns the keys of those written."""
    forms = tuple(forms)
    before = {
        prompt.key: prompt
        for prompt in Prompt.objects.filter(key__in=[form.key for form in forms])
        .select_for_update()
        .order_by("pk")
        .prefetch_related("variants")
    }
    return tuple(form.key for form in forms if _store(form, before.get(form.key)))


def _store(form: PromptForm, before: Prompt | None) -> bool:
    prompt = before or Prompt(key=form.key)
    team = prompt.team_id
    if form.team is not None:
        team = Group.objects.filter(name=form.team).values_list("pk", flat=True).first()
    differs = before is None or (prompt.name, prompt.team_id) != (form.name, team)
    variants = {variant.language: variant for variant in before.variants.all()} if before else {}
    stale = [each.pk for each in variants.values() if each.language not in _languages(form)]
    changed = [each for each in form.variants if _differs(each, variants.get(each.language))]
    if not (differs or stale or changed):
        return False
    prompt.name, prompt.team_id = form.name, team
    prompt.save()
    PromptVariant.objects.filter(pk__in=stale).delete()
    for each in changed:
        PromptVariant.objects.update_or_create(
            prompt=prompt, language=each.language, defaults=_columns(each)
        )
    bring_to_telnyx(each.audio_file for each in changed)
    return True


def _languages(form: PromptForm) -> set[str]:
    return {variant.language for variant in form.variants}


def _differs(form: VariantForm, before: PromptVariant | None) -> bool:
    if before is None:
        return True
    return any(getattr(before, name) != value for name, value in _columns(form).items())


def _columns(form: VariantForm) -> dict[str, object]:
    return {
        "kind": form.kind.value,
        "text": form.text,
        "voice": form.voice,
        "voice_language": form.voice_language,
        "voice_settings": dict(form.voice_settings),
        "audio_file": form.audio_file,
        "audio_url": form.audio_url,
        "media_name": form.media_name,
        "duration_ms": form.duration_ms,
    }
