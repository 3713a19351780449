"""A phrase found in all prompts, and replaced in those that were looked at."""

from voicegather.services.replacing.applying import (
    NothingToUndoError,
    ReplacementError,
    Undone,
    WordsChangedError,
    replace_phrase,
    undo_replacement,
)
from voicegather.services.replacing.phrases import Phrase
from voicegather.services.replacing.proposing import Proposal, propose

__all__ = [
    "NothingToUndoError",
    "Phrase",
    "Proposal",
    "ReplacementError",
    "Undone",
    "WordsChangedError",
    "propose",
    "replace_phrase",
    "undo_replacement",
]
