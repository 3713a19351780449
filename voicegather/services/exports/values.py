from __future__ import annotations

from voicegather.engine.graph import Sensitivity
from voicegather.exceptions import UnsealError
from voicegather.models import ResultReview
from voicegather.sealing import unseal
from voicegather.selectors.collected.pages import ResultRow, ReviewRow
from voicegather.selectors.entries import Sight


class Values:
    """What results hold, as far as an export may say it; counts what no key opens."""

    def __init__(self, *, sight: Sight) -> None:
        #: Whether what is sensitive is written whole.
        self.reveals = sight is Sight.REVEALED
        self.unreadable = 0

    def whole(self, result: ResultRow) -> str:
        """The value of a normal step, however long; of the others what everyone may see, or all.

        Where the key to it is gone, what the column shows, and the cell is counted.
        """
        sensitivity, shown, sealed = result[6], result[8], result[10]
        if sealed is None or not (self.reveals or sensitivity == Sensitivity.NORMAL):
            return shown
        try:
            whole: dict[str, str] = unseal(sealed)
        except UnsealError:
            self.unreadable += 1
            return shown
        return whole["value"]

    def corrected(self, result: ResultRow, review: ReviewRow | None) -> str | None:
        """What a reviewer put in its place, as far as :meth:`whole` goes; None where nobody did."""
        if review is None or review[0] != ResultReview.Decision.CORRECTED:
            return None
        shown, sealed = review[1], review[2]
        if sealed is None or not (self.reveals or result[6] == Sensitivity.NORMAL):
            return shown
        try:
            whole: dict[str, str] = unseal(sealed)
        except UnsealError:
            self.unreadable += 1
            return shown
        return whole["value"]
