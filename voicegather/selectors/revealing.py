"""What somebody sees of a result: what its step shows of it, or all."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine.graph import Sensitivity
from voicegather.exceptions import UnsealError
from voicegather.models import GatherResult
from voicegather.sealing import unseal
from voicegather.selectors.entries import Sight


@dataclass(frozen=True, slots=True)
class Entry:
    """What was entered and what it means; both None where no key opens them any more."""

    raw: str | None
    value: str | None
    is_masked: bool = False


def entry_of(result: GatherResult, sight: Sight) -> Entry:
    """The entry of `result` as far as `sight` goes; of a normal step whole, however long."""
    if result.sealed is None:
        return Entry(result.raw, result.value)
    if sight is Sight.MASKED and is_sensitive(result):
        return Entry(result.raw, result.value, is_masked=True)
    try:
        whole = unseal(result.sealed)
    except UnsealError:
        return Entry(None, None)
    return Entry(str(whole["raw"]), str(whole["value"]))


def is_sensitive(result: GatherResult) -> bool:
    """Whether there is more to `result` than everyone may see."""
    return result.sensitivity != Sensitivity.NORMAL and result.sealed is not None
