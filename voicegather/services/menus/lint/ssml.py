"""SSML as the text-to-speech behind Telnyx takes it."""

from __future__ import annotations

from xml.parsers import expat

from voicegather.engine.template import render
from voicegather.engine.turn import root_tag


class TypeDeclaredError(Exception):
    """The document declares a type, which could declare entities that explode."""


def ssml_problem(text: str) -> str:
    """What is wrong with `text` as SSML, "" where nothing is.

    Nothing stands around the root, because prompts that are spoken in one breath are joined
    there; placeholders are filled in before the text is parsed.
    """
    document = render(text, lambda name: "0", ssml=True).strip()
    if not root_tag(document) or not document.endswith("</speak>"):
        return "must begin with <speak> and end with </speak>"
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(document, True)
    except TypeDeclaredError:
        return "declares a document type: remove the declaration"
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        return f"is not well-formed: {reason} in line {error.lineno}, column {error.offset + 1}"
    return ""


def _refuse(*_: object) -> None:
    raise TypeDeclaredError
