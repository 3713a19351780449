"""Replays: what past callers did, done again on a menu's draft."""

from __future__ import annotations

from voicegather.services.replays.asking import delete_replay, draft_sha256, start_replay
from voicegather.services.replays.choosing import MOST_CALLS, Choice, choice_of, count_matching
from voicegather.services.replays.errors import ReplayError
from voicegather.services.replays.outcomes import NEWS, REASONS, News, Reason
from voicegather.services.replays.past import NotReplayableError

__all__ = [
    "MOST_CALLS",
    "NEWS",
    "REASONS",
    "Choice",
    "News",
    "NotReplayableError",
    "Reason",
    "ReplayError",
    "choice_of",
    "count_matching",
    "delete_replay",
    "draft_sha256",
    "start_replay",
]
