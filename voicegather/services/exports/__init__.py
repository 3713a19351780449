"""Collected input as files: long (one row an attempt) or wide (one row a call)."""

from voicegather.selectors.collected import ExportFilters
from voicegather.services.exports.deliver import deliver_export
from voicegather.services.exports.files import write_file
from voicegather.services.exports.formats import in_format
from voicegather.services.exports.long import export_long
from voicegather.services.exports.ranges import ExportError, first_moment, moment_after
from voicegather.services.exports.shapes import export_in_shape
from voicegather.services.exports.table import ExportTable
from voicegather.services.exports.wide import export_wide

__all__ = [
    "ExportError",
    "ExportFilters",
    "ExportTable",
    "deliver_export",
    "export_in_shape",
    "export_long",
    "export_wide",
    "first_moment",
    "in_format",
    "moment_after",
    "write_file",
]
