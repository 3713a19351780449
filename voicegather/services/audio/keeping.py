"""Recordings brought to every account that plays them, and kept there while anything does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from voicegather.engine.graph import WordsKind
from voicegather.models import AudioFile, MediaUpload, Menu, PromptVariant
from voicegather.models.jobs import UNFINISHED, JobState
from voicegather.services import jobs
from voicegather.services.audio.accounts import accounts_in_use, delivers_by_media
from voicegather.services.audio.names import media_name_of, stored_name_of
from voicegather.services.audio.pinning import pin_variant
from voicegather.services.periodic import every

#: How soon a recording that nothing plays is asked about again.
UNUSED_GAP = timedelta(days=1)
MOST_A_TURN = 200


def bring_to_telnyx(names: Iterable[str]) -> None:
    """Have these files of the storage brought to every account that lacks them, soon.

    Does nothing where recordings are played from the site's own storage.
    """
    if delivers_by_media():
        audio = AudioFile.objects.filter(name__in={name for name in names if name})
        _add_missing(list(audio), state=JobState.WAITING)


def bring_document(document: Any) -> None:
    """As :func:`bring_to_telnyx`, of what a version plays, as compiled."""
    bring_to_telnyx(_stored_names(document.get("prompts") if isinstance(document, dict) else {}))


@every(timedelta(minutes=1))
def keep_at_telnyx(moment: datetime) -> None:
    """Bring what is missing, and renew in time what a draft or a live version plays."""
    if delivers_by_media():
        _pin_drafts()
        drafts = _drafted()
        _add_missing(list(AudioFile.objects.filter(name__in=drafts)), state=JobState.WAITING)
        # Whether a live version plays the others is asked below, when they are due.
        others = AudioFile.objects.exclude(name__in=drafts).exclude(uploads=None)
        _add_missing(list(others), state=JobState.CANCELLED)
    due = MediaUpload.objects.filter(look_at__lte=moment).exclude(state__in=UNFINISHED)
    _renew(list(due.select_related("audio").order_by("look_at")[:MOST_A_TURN]), moment)


def _renew(due: list[MediaUpload], moment: datetime) -> None:
    if not due:
        return
    used = _drafted()
    if any(each.audio.name not in used for each in due):
        used |= _live()
    for each in due:
        if each.audio.name in used:
            jobs.run_again(each, only=Q(look_at=each.look_at))
        else:
            row = MediaUpload.objects.filter(pk=each.pk, look_at=each.look_at)
            row.update(look_at=moment + UNUSED_GAP)


@transaction.atomic
def _add_missing(audio: list[AudioFile], *, state: JobState) -> None:
    """A row for each recording in each account; those that are to be run are started."""
    if not audio:
        return
    accounts = accounts_in_use()
    there = set(MediaUpload.objects.filter(audio__in=audio).values_list("audio_id", "connection"))
    for each in audio:
        for connection in accounts:
            if (each.pk, connection) in there:
                continue
            row, made = MediaUpload.objects.get_or_create(
                audio=each, connection=connection, defaults={"state": state}
            )
            if made and state == JobState.WAITING:
                jobs.start(row)


def _pin_drafts() -> None:
    """Names made of their content for files that came into the storage by other ways."""
    uploaded = PromptVariant.objects.filter(kind=WordsKind.AUDIO).exclude(audio_file="")
    known = AudioFile.objects.values("name")
    for variant in uploaded.exclude(audio_file__in=known)[:MOST_A_TURN]:
        pin_variant(variant)


def _drafted() -> set[str]:
    variants = PromptVariant.objects.filter(kind=WordsKind.AUDIO).exclude(audio_file="")
    return {name for name in variants.values_list("audio_file", flat=True) if media_name_of(name)}


def _live() -> set[str]:
    live = Menu.objects.exclude(live_version=None)
    prompts = live.values_list("live_version__document__prompts", flat=True)
    return {name for each in prompts.iterator(chunk_size=20) for name in _stored_names(each)}


def _stored_names(prompts: Any) -> set[str]:
    """The storage's names of the recordings in a document's prompts."""
    found = prompts.values() if isinstance(prompts, dict) else ()
    return {
        stored
        for variants in found
        for words in variants.values()
        if (stored := stored_name_of(words.get("media_name") or ""))
    }
