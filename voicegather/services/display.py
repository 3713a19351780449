"""What may be shown of an entry."""

from __future__ import annotations

from django.utils.formats import number_format

from voicegather.engine.graph import Sensitivity

MASK = "•••"


def shown(value: str, sensitivity: str, shown_last: int) -> str:
    """`value` as everyone may see it: whole, its last characters, or nothing."""
    if sensitivity == Sensitivity.NORMAL:
        return value
    if sensitivity == Sensitivity.SECRET or not value:
        return ""
    last = value[-shown_last:] if 0 < shown_last < len(value) else ""
    return MASK + last


def shortened(text: str, longest: int) -> str:
    """`text`, or its beginning with an ellipsis: `longest` characters in all."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def grouped(number: int) -> str:
    """A number with its thousands set apart as the reader's language does."""
    return number_format(number, force_grouping=True)
