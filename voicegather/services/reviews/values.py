"""Corrected values and notes: what may be written, and what of it everyone sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.models import GatherResult
from voicegather.sealing import seal
from voicegather.services.display import shortened, shown
from voicegather.services.inputs import InputProblem

#: Characters; of a value beyond the column the rest is in `sealed`.
LONGEST_VALUE, LONGEST_NOTE = 4_000, 2_000
_COLUMN = 255
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Kept(NamedTuple):
    """A corrected value as the columns of a review hold it."""

    value: str
    sealed: bytes | None


def kept(result: GatherResult, value: str, step: StepNode | None) -> Kept:
    """`value` as everyone may see it, and sealed where that is not all of it."""
    sensitivity = Sensitivity(result.sensitivity)
    if sensitivity is Sensitivity.NORMAL and len(value) <= _COLUMN:
        return Kept(value, None)
    visible = shown(value, sensitivity, step.shown_last if step else 0)
    return Kept(shortened(visible, _COLUMN), seal({"value": value}))


def text_problems(name: str, text: str, longest: int) -> Iterator[InputProblem]:
    """What keeps a text from being stored."""
    if len(text) > longest:
        told = _("This has %(length)s characters; at most %(longest)s are kept.")
        values = {"length": len(text), "longest": longest}
        yield InputProblem((name,), told % values)
    elif _UNSTORABLE.search(text):
        told = _("This has characters that cannot be printed: type it anew.")
        yield InputProblem((name,), told)
