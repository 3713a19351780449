"""A menu's draft, compiled for test calls."""

from __future__ import annotations

from typing import Any

from voicegather.engine.graph import Graph
from voicegather.models import Menu
from voicegather.services.audio import NOT_AT_TELNYX
from voicegather.services.menus.compiling import compile_draft, content_sha256
from voicegather.services.menus.draft import read_draft
from voicegather.services.menus.errors import MenuLintError
from voicegather.services.menus.findings import Severity
from voicegather.services.menus.lint import lint_draft


def compiled_draft(menu: Menu) -> dict[str, Any]:
    """The document of the menu as it stands. Raises MenuLintError where the menu has errors.

    That a recording is on its way to Telnyx is none here: no real caller waits for it.
    """
    draft = read_draft(menu)
    findings = lint_draft(draft)
    errors = (each for each in findings if each.severity is Severity.ERROR)
    if any(each.code not in NOT_AT_TELNYX for each in errors):
        raise MenuLintError(findings)
    return compile_draft(draft)


def graph_of_document(document: dict[str, Any]) -> Graph:
    """The graph of a compiled document; raises CodecError where this release cannot read it."""
    return Graph.load(document, sha256=content_sha256(document))
