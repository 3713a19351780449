"""The engine's enums as choices of model fields, with labels for people."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

#: The labels that enums give, where ``makemessages`` finds them.
LABELS = (
    _("Add message"),
    _("Ai gather"),
    _("Answering"),
    _("Any"),
    _("Assistant"),
    _("Audio"),
    _("Back"),
    _("Caller hung up"),
    _("Call"),
    _("Cancelled"),
    _("Completed"),
    _("Confirmation"),
    _("Consent"),
    _("Digits"),
    _("Ended"),
    _("Ending"),
    _("Entry"),
    _("Error"),
    _("Exit"),
    _("Failed"),
    _("Field"),
    _("Goto"),
    _("Hang up"),
    _("Hangup"),
    _("Human"),
    _("Invalid"),
    _("Jump to step"),
    _("Machine"),
    _("Masked"),
    _("Media"),
    _("Message"),
    _("New"),
    _("No input"),
    _("Normal"),
    _("Not reached"),
    _("Otherwise"),
    _("Pattern"),
    _("Range"),
    _("Rejected"),
    _("Repeat"),
    _("Repeat step"),
    _("Return"),
    _("Running"),
    _("Secret"),
    _("Ssml"),
    _("Start assistant"),
    _("Stop assistant"),
    _("Stop gather"),
    _("Text"),
    _("Transfer"),
    _("Transferred"),
    _("Unasked"),
    _("Valid"),
    _("Value"),
)


def choices_of(enum: type[StrEnum]) -> list[tuple[str, Any]]:
    """``(value, label)`` pairs: ``no_input`` reads “No input”, in the reader's language."""
    return [(member.value, gettext_lazy(label_of_value(member.value))) for member in enum]


def label_of_value(value: str) -> str:
    return value.replace("_", " ").capitalize()
