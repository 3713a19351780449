"""The Spanish catalogue: every text of the sources, translated, with its placeholders."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from tests.translation.gettext_tools import CATALOGUE, COMPILED, PACKAGE, compiled, fresh_catalogue

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w+\}")
#: Names under which xgettext knows a text when it sees one.
_FOUND = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "gettext_noop"}


def entries() -> list[polib.POEntry]:
    return list(polib.pofile(str(CATALOGUE)))


def named(entry: polib.POEntry) -> tuple[str | None, str, str]:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.usefixtures("gettext_tools")
def test_every_text_of_the_sources_is_in_the_catalogue_and_nothing_else(tmp_path: Path) -> None:
    found = {named(entry) for entry in polib.pofile(str(fresh_catalogue(tmp_path)))}
    known = {named(entry) for entry in entries()}

    assert sorted(map(str, found - known)) == [], "run makemessages: docs/translating.md"
    assert sorted(map(str, known - found)) == [], "run makemessages: docs/translating.md"


def test_every_text_is_translated() -> None:
    missing = [
        entry.msgid
        for entry in entries()
        if entry.fuzzy or entry.obsolete or not all(text.strip() for text in translations(entry))
    ]

    assert missing == []


def test_a_translation_has_the_placeholders_of_its_text() -> None:
    differing = []
    for entry in entries():
        wanted = Counter(_PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        alone = Counter(_PLACEHOLDER.findall(entry.msgid))
        for form, text in enumerate(translations(entry)):
            found = Counter(_PLACEHOLDER.findall(text))
            # A singular may leave its number to words.
            if found != wanted and (form or found != alone):
                differing.append((entry.msgid, text))

    assert differing == []


def test_a_translation_ends_as_its_text_does() -> None:
    """What is joined to a colon, or is a whole sentence, stays so."""
    differing = [
        (entry.msgid, entry.msgstr)
        for entry in entries()
        if not entry.msgid_plural
        and not entry.msgid.endswith(" a last .")
        and (_ending(entry.msgid) != _ending(entry.msgstr))
    ]

    assert differing == []


def _ending(text: str) -> str:
    last = text.rstrip()[-1:]
    return last if last in ".:…?" else ""


@pytest.mark.usefixtures("gettext_tools")
def test_the_compiled_catalogue_is_that_of_the_texts(tmp_path: Path) -> None:
    fresh = tmp_path / "django.mo"
    fresh.write_bytes(compiled(CATALOGUE, tmp_path))

    def texts(path: Path) -> dict[tuple[str | None, str, str], list[str]]:
        return {named(entry): translations(entry) for entry in polib.mofile(str(path))}

    assert texts(COMPILED) == texts(fresh), "run compilemessages: docs/translating.md"


def test_texts_are_marked_under_names_that_makemessages_knows() -> None:
    strange = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name in _names_of_gettext(path)
        if name not in _FOUND
    ]

    assert strange == []


def _names_of_gettext(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module in (
            "django.utils.translation",
            "voicegather.engine.wording",
        ):
            yield from (
                each.asname or each.name
                for each in node.names
                if "gettext" in each.name or each.name == "marked"
            )


def test_no_marked_text_is_put_together_before_it_is_looked_up() -> None:
    """``_(f"…")`` and ``_("…" % x)`` look for what is in no catalogue."""
    broken = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _FOUND
        and any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in node.args[:1])
    ]

    assert broken == []


def test_what_is_read_once_is_translated_when_it_is_shown() -> None:
    """Outside functions ``gettext`` would speak the language of the process for ever."""
    early = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in PACKAGE.rglob("*.py")
        for line in _early_lookups(ast.parse(path.read_text()))
    ]

    assert early == []


def _early_lookups(module: ast.Module) -> Iterator[int]:
    names = {
        each.asname or each.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for each in node.names
        if each.name in ("gettext", "ngettext", "pgettext", "npgettext")
    }
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
            yield node.lineno
        waiting += ast.iter_child_nodes(node)


def test_the_log_of_the_admin_is_written_in_the_language_of_who_acts() -> None:
    plain = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "").startswith("note")
        for each in node.keywords
        if each.arg == "message" and isinstance(each.value, ast.Constant)
    ]

    assert plain == []
