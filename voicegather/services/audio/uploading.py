"""The job that brings a recording to one Telnyx account, and keeps it there longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models import AudioFormat, MediaUpload
from voicegather.provider.client import RefusedError
from voicegather.provider.media import keep_media
from voicegather.services import moments
from voicegather.services.audio.names import media_name_of
from voicegather.services.audio.storing import storage
from voicegather.services.jobs import Progress, RetryLater, job_kind
from voicegather.services.outbox import account_of

#: How long a recording stays at Telnyx after each upload, and when that is renewed.
STAYS = timedelta(days=90)
RENEWED_BEFORE = timedelta(days=45)
#: How soon one that failed for good is tried anew by itself.
TRIED_ANEW = timedelta(hours=1)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 600.0
MOST_TRIES = 12
CONTENT_TYPES = {AudioFormat.WAV: "audio/wav", AudioFormat.MP3: "audio/mpeg"}


class UploadError(VoicegatherError):
    """A recording that could not be brought to Telnyx; the message says what to do."""


@job_kind("media", model=MediaUpload, queue="QUEUE_MEDIA")
def upload(media: MediaUpload, progress: Progress) -> None:
    """Bring the recording there, or have it stay; run again, it does neither twice."""
    progress.total(1)
    try:
        until = keep_there(media)
    except UploadError:
        _look_again(media, moments.now() + TRIED_ANEW)
        raise
    MediaUpload.objects.filter(pk=media.pk).update(expires_at=until, look_at=until - RENEWED_BEFORE)
    progress.advance()


def keep_there(media: MediaUpload) -> datetime:
    """Until when it is there now. Raises RetryLater and UploadError."""
    from voicegather.services.applications import advice_on

    name = media.audio.name
    try:
        with storage().open(name) as content:
            return keep_media(
                account_of(media.connection),
                media_name_of(name),
                content,
                content_type=CONTENT_TYPES[AudioFormat(media.audio.format)],
                ttl_seconds=int(STAYS.total_seconds()),
            )
    except FileNotFoundError as problem:
        raise UploadError(_("The file is gone from the storage: upload it again.")) from problem
    except OSError as problem:
        _again(media, _("The storage cannot be read (%s).") % type(problem).__name__)
        raise UploadError(_("The storage cannot be read: see its settings.")) from problem
    except RefusedError as refused:
        if refused.may_pass:
            _again(media, advice_on(refused))
        raise UploadError(advice_on(refused)) from refused


def _again(media: MediaUpload, reason: str) -> None:
    """Raise RetryLater with a growing pause, until it was tried often enough."""
    if media.tries < MOST_TRIES:
        pause = min(FIRST_PAUSE_S * 2 ** max(0, media.tries - 1), LONGEST_PAUSE_S)
        raise RetryLater(pause, reason)


def _look_again(media: MediaUpload, moment: datetime) -> None:
    MediaUpload.objects.filter(pk=media.pk).update(look_at=moment)
