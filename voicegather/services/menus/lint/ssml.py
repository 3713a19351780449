"""SSML as the text-to-speech behind Telnyx takes it."""

from __future__ import annotations

from xml.parsers import expat

from voicegather.engine.template import render

ROOT_START, ROOT_END = "<speak>", "</speak>"


class TypeDeclaredError(Exception):
    """The document declares a type, which could declare entities that explode."""


def ssml_problem(text: str) -> str:
    """What is wrong with `text` as SSML, "" where nothing is.

    The root is exactly ``<speak>``, because prompts that are spoken in one breath are joined
    there; placeholders are filled in before the text is parsed.
    """
    document = render(text, lambda name: "0", ssml=True).strip()
    if not document.startswith(ROOT_START) or not document.endswith(ROOT_END):
        return f"must begin with {ROOT_START} and end with {ROOT_END}, without attributes"
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
