from __future__ import annotations

from voicegather.exceptions import UnsealError
from voicegather.sealing import unseal
from voicegather.selectors.collected import ResultRow
from voicegather.services.exports.table import ExportTable


def whole_value(result: ResultRow, table: ExportTable) -> str:
    """The value of a normal step, however long, and what everyone may see of the others.

    Where the key to a long one is gone, its beginning, and the cell is counted as unreadable.
    """
    if result.sealed is None:
        return result.value
    try:
        whole: dict[str, str] = unseal(result.sealed)
    except UnsealError:
        table.unreadable += 1
        return result.value
    return whole["value"]
