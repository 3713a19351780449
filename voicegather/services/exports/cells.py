"""Text that is safe to open in a spreadsheet and to write as UTF-8."""

from __future__ import annotations

import re

#: A spreadsheet runs a cell that begins with one of these (OWASP: CSV injection). The wide forms
#: count as the plain ones in some locales.
_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_HARMLESS = re.compile(r"\+[1-9][0-9]{6,14}|-[0-9]+(\.[0-9]+)?")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def encodable(text: str) -> str:
    """`text` with lone surrogates, which no UTF-8 file can hold, replaced by U+FFFD."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def spreadsheet_cell(text: str) -> str:
    """`text` that no spreadsheet runs: what looks like a formula begins with an apostrophe.

    E.164 numbers and plain negative numbers stay as they are. NULs, which end a cell for some
    readers, are dropped first.
    """
    if text[:1] not in _STARTS_FORMULA and text.isascii() and "\0" not in text:
        # Nearly every cell of a million rows.
        return text
    text = text.replace("\0", "")
    if text[:1] in _STARTS_FORMULA and not _HARMLESS.fullmatch(text):
        text = "'" + text
    return encodable(text)
