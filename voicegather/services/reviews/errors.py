from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models import ResultReview


class ReviewGoneError(VoicegatherError):
    """There is no such result any more, or it is another team's."""

    def __init__(self) -> None:
        super().__init__(_("This result is gone: it was deleted, or belongs to another team."))


class ReviewMovedError(VoicegatherError):
    """Somebody decided about the result since the caller looked; nothing was changed.

    `newest` is what they decided, None where the caller named a review that there never was.
    """

    def __init__(self, newest: ResultReview | None) -> None:
        self.newest = newest
        super().__init__(_told(newest))


class BatchRefusedError(VoicegatherError):
    """A bulk review cannot be made as it was asked for; the message says what to do instead."""


def _told(newest: ResultReview | None) -> str:
    if newest is None:
        return _("It was not reviewed yet: look at it again, then decide.")
    at = timezone.localtime(newest.created_at)
    values = {
        "who": newest.reviewer or _("somebody"),
        "when": date_format(at, "DATETIME_FORMAT"),
        "what": newest.get_decision_display(),
    }
    told = _("%(who)s was faster (%(when)s): “%(what)s”. Look at it again, then decide.")
    return told % values
