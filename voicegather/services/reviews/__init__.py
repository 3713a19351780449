"""What staff decide about results: each decision is a row, and nobody overwrites another's."""

from voicegather.services.reviews.batches import (
    MOST_AT_ONCE,
    BatchWish,
    ask_batch,
    do_at_once,
    is_small,
    undo_batch,
)
from voicegather.services.reviews.claims import CLAIM_SECONDS, next_free, release_others
from voicegather.services.reviews.deciding import Ruling, put_back, review
from voicegather.services.reviews.errors import (
    BatchRefusedError,
    ReviewGoneError,
    ReviewMovedError,
)
from voicegather.services.reviews.objections import objection_to
from voicegather.services.reviews.values import LONGEST_NOTE, LONGEST_VALUE

__all__ = [
    "CLAIM_SECONDS",
    "LONGEST_NOTE",
    "LONGEST_VALUE",
    "MOST_AT_ONCE",
    "BatchRefusedError",
    "BatchWish",
    "ReviewGoneError",
    "ReviewMovedError",
    "Ruling",
    "ask_batch",
    "do_at_once",
    "is_small",
    "next_free",
    "objection_to",
    "put_back",
    "release_others",
    "review",
    "undo_batch",
]
