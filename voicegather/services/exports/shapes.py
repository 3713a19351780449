from __future__ import annotations

from voicegather.models import Export
from voicegather.selectors.collected import ExportFilters
from voicegather.services.exports.long import export_long
from voicegather.services.exports.table import ExportTable
from voicegather.services.exports.wide import export_wide

_EXPORTS = {Export.Shape.LONG: export_long, Export.Shape.WIDE: export_wide}


def export_in_shape(shape: Export.Shape, *, filters: ExportFilters) -> ExportTable:
    """The rows that `filters` choose in this shape."""
    return _EXPORTS[shape](filters=filters)
