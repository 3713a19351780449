"""The player of a recording, wherever a page shows one: ``includes/recording.html``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from voicegather.models import Recording
from voicegather.selectors.recordings import may_listen, state_words
from voicegather.services.disclosures import Way
from voicegather.services.recordings import read_transcripts


def players_of(request: HttpRequest, recordings: Iterable[Recording]) -> list[dict[str, Any]]:
    """What the template shows of each, for this user. Transcripts that are shown are on record."""
    rows = list(recordings)
    written = read_transcripts(rows, user=request.user, way=Way.ADMIN)
    return [
        {
            "recording": each,
            "state": state_words(each),
            "length": length_of(each),
            "sound": sound_url(request.user, each),
            "transcript": written.get(each.pk, ""),
            "withheld": each.is_kept and not may_listen(request.user, each),
            "url": reverse("admin:voicegather_recording_change", args=[each.pk]),
        }
        for each in rows
    ]


def sound_url(user: Any, recording: Recording) -> str:
    """Where the player finds it, "" where there is nothing to hear for `user`."""
    if not recording.is_kept or not may_listen(user, recording):
        return ""
    return reverse("admin:voicegather_recording_sound", args=[recording.pk])


def length_of(recording: Recording) -> str:
    """Minutes and seconds; a dash while nobody knows them."""
    seconds = recording.seconds
    return _("–") if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"
