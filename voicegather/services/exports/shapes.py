from __future__ import annotations

from voicegather.models import Export
from voicegather.selectors.collected import ExportFilters, Scope, fix_scope
from voicegather.selectors.entries import Sight
from voicegather.services.exports.layout import Layout, layout_of
from voicegather.services.exports.long import LongShape
from voicegather.services.exports.table import ExportTable
from voicegather.services.exports.wide import WideShape


def export_in_shape(
    shape: str, *, filters: ExportFilters, sight: Sight = Sight.MASKED
) -> ExportTable:
    """The rows that `filters` choose now, in this shape."""
    scope = fix_scope(filters, shape=shape)
    return table_of(scope, layout_of(scope, shape=shape), shape=shape, sight=sight)


def table_of(scope: Scope, layout: Layout, *, shape: str, sight: Sight) -> ExportTable:
    """The rows of a scope, under the names of `layout`."""
    if shape == Export.Shape.WIDE:
        return ExportTable(scope, WideShape(scope, layout, sight=sight))
    return ExportTable(scope, LongShape(layout, sight=sight))
