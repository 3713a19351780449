"""Text that is safe to open in a spreadsheet and to write as UTF-8."""

from __future__ import annotations

import re

#: A spreadsheet runs a cell that begins with one of these (OWASP: CSV injection). The wide forms
#: count as the plain ones in some locales.
_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_HARMLESS = re.compile(r"\+[1-9][0-9]{6,14}|-[0-9]+(\.[0-9]+)?")
#: Nearly every cell of a million rows: E.164, or printable ASCII that begins harmlessly.
_PLAIN = re.compile(r"\+[1-9][0-9]{6,14}|[0-9A-Za-z][\x20-\x7e]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MARK = "'"


def encodable(text: str) -> str:
    """`text` with lone surrogates, which no UTF-8 file can hold, replaced by U+FFFD."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might run `text`; E.164 and plain negative numbers it shows."""
    return text[:1] in _STARTS_FORMULA and not _HARMLESS.fullmatch(text)


def spreadsheet_cell(text: str) -> str:
    """`text` that no spreadsheet runs: what looks like a formula begins with an apostrophe.

    E.164 numbers and plain negative numbers stay as they are. NULs, which end a cell for some
    readers, are dropped first. :func:`original_cell` takes the apostrophe off again.
    """
    if text.isalnum() or _PLAIN.fullmatch(text):
        return text
    text = text.replace("\0", "")
    if looks_like_formula(text.lstrip(_MARK)):
        # One more where there are some already, so that taking one off is always right.
        text = _MARK + text
    return encodable(text)


def original_cell(cell: str) -> str:
    """The text that :func:`spreadsheet_cell` was given, but for NULs and lone surrogates."""
    if cell.startswith(_MARK) and looks_like_formula(cell.lstrip(_MARK)):
        return cell[1:]
    return cell
