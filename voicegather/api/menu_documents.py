"""A menu's document as JSON: the same tree as in YAML."""

from __future__ import annotations

import json
import re
from typing import Any

from voicegather.services.menus.files.reading import Place
from voicegather.services.menus.files.yamltree import parse_yaml

#: JSON allows them in quotes as they are; YAML would fold them, or refuse them.
_FOLDED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


def document_of(text: str) -> dict[str, Any]:
    """The document that the YAML `text` holds; raises MenuFileError."""
    document: dict[str, Any] = Place(parse_yaml(text), "", []).json()
    return document


def as_yaml(document: Any) -> str:
    """`document` as text that YAML reads as the same."""
    text = json.dumps(document, ensure_ascii=False)
    return _FOLDED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
