"""Collected input read for export: page by page over calls, as of one moment, in flat memory."""

from voicegather.models.export_profiles import Reviews
from voicegather.selectors.collected.columns import StepColumn, columns_of, shown_characters
from voicegather.selectors.collected.filters import ExportFilters
from voicegather.selectors.collected.pages import Page, pages_of
from voicegather.selectors.collected.scope import Scope, fix_scope

__all__ = [
    "ExportFilters",
    "Page",
    "Reviews",
    "Scope",
    "StepColumn",
    "columns_of",
    "fix_scope",
    "pages_of",
    "shown_characters",
]
