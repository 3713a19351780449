"""Menus as files, compiled, linted and published."""

from voicegather.services.menus.comparing import Comparison, compare_documents
from voicegather.services.menus.compiling import compile_menu, content_sha256
from voicegather.services.menus.dumping import dump_menu
from voicegather.services.menus.errors import (
    DraftChangedError,
    LiveVersionChangedError,
    MenuFileError,
    MenuLintError,
    Problem,
    VersionMissingError,
)
from voicegather.services.menus.files.schema import menu_schema
from voicegather.services.menus.findings import Finding, Severity
from voicegather.services.menus.lint import lint_menu
from voicegather.services.menus.loading import LoadedMenu, load_menu
from voicegather.services.menus.publishing import publish_menu, republish_version
from voicegather.services.menus.publishing_many import PublishingOutcome, publish_menus
from voicegather.services.menus.versions import LiveMenus, graph_of

__all__ = [
    "Comparison",
    "DraftChangedError",
    "Finding",
    "LiveMenus",
    "LiveVersionChangedError",
    "LoadedMenu",
    "MenuFileError",
    "MenuLintError",
    "Problem",
    "PublishingOutcome",
    "Severity",
    "VersionMissingError",
    "compare_documents",
    "compile_menu",
    "content_sha256",
    "dump_menu",
    "graph_of",
    "lint_menu",
    "load_menu",
    "menu_schema",
    "publish_menu",
    "publish_menus",
    "republish_version",
]
