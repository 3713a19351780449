"""Collected input as files: long (one row an attempt) or wide (one row a call)."""

from voicegather.selectors.collected import ExportFilters, Reviews
from voicegather.selectors.entries import Sight
from voicegather.services.exports.asking import Wish, ask_export, start_export
from voicegather.services.exports.assembling import download_name
from voicegather.services.exports.cells import original_cell, spreadsheet_cell
from voicegather.services.exports.delivering import is_small, make_now
from voicegather.services.exports.files import write_file
from voicegather.services.exports.formats import in_format
from voicegather.services.exports.keeping import delete_file, forget_calls, may_open, open_file
from voicegather.services.exports.ranges import ExportError, first_moment, moment_after
from voicegather.services.exports.scheduled import plan
from voicegather.services.exports.shapes import export_in_shape
from voicegather.services.exports.table import ExportTable

__all__ = [
    "ExportError",
    "ExportFilters",
    "ExportTable",
    "Reviews",
    "Sight",
    "Wish",
    "ask_export",
    "delete_file",
    "download_name",
    "export_in_shape",
    "first_moment",
    "forget_calls",
    "in_format",
    "is_small",
    "make_now",
    "may_open",
    "moment_after",
    "open_file",
    "original_cell",
    "plan",
    "spreadsheet_cell",
    "start_export",
    "write_file",
]
