"""Recordings of callers: who may hear which, and what their state is called."""

from __future__ import annotations

from django.utils.translation import gettext as _

from voicegather.engine.graph import Sensitivity
from voicegather.models import Recording
from voicegather.models.jobs import JobState
from voicegather.selectors.teams import AnyUser

LISTEN = "voicegather.listen_recording"
REVEAL = "voicegather.reveal_sensitive"


def may_listen(user: AnyUser, recording: Recording) -> bool:
    """Whether `user` may hear it and read its transcript.

    Those of masked and secret steps also take the permission to reveal. Teams are looked at before.
    """
    has_perm = getattr(user, "has_perm", None)
    if has_perm is None or not has_perm(LISTEN):
        return False
    return recording.sensitivity == Sensitivity.NORMAL or bool(has_perm(REVEAL))


def may_listen_to_any(user: AnyUser) -> bool:
    has_perm = getattr(user, "has_perm", None)
    return has_perm is not None and bool(has_perm(LISTEN))


def state_words(recording: Recording) -> str:
    """How far it is, in a few words."""
    if recording.is_replaced and recording.state == JobState.DONE:
        return _("Recorded anew by the caller")
    match recording.state:
        case JobState.FAILED if recording.is_kept:
            return _("Kept; at Telnyx, too")
        case JobState.WAITING if recording.failure:
            return _("Tried again soon")
        case JobState.WAITING if recording.saved_at is None:
            return _("Not saved yet")
        case JobState.WAITING:
            return _("Waits to be fetched")
        case JobState.RUNNING:
            return _("Is being fetched")
        case JobState.DONE:
            return _("Kept")
        case JobState.CANCELLED:
            return _("Not fetched")
    return _("Failed")
