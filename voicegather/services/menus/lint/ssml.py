"""SSML as the text-to-speech behind Telnyx takes it."""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat

from django.utils.translation import gettext as _

from voicegather.engine.turn import root_tag


class TypeDeclaredError(Exception):
    """The document declares a type, which could declare entities that explode."""


@dataclass(frozen=True, slots=True)
class SsmlProblem:
    """What is wrong: the parser's `reason`, at a line and column from 1; 0 where it is no place."""

    text: str
    reason: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.text
        return _("%(text)s: %(reason)s in line %(line)s, column %(column)s") % {
            "text": self.text,
            "reason": self.reason,
            "line": self.line,
            "column": self.column,
        }


def find_ssml_problem(text: str) -> SsmlProblem | None:
    """What is wrong with `text` as SSML, None where nothing is.

    Nothing stands around the root, because prompts that are spoken in one breath are joined
    there. Placeholders stand where values will, which are escaped: braces mean nothing in XML.
    """
    document = text.strip()
    if not root_tag(document) or not document.endswith("</speak>"):
        return SsmlProblem(_("must begin with <speak> and end with </speak>"))
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(document, True)
    except TypeDeclaredError:
        return SsmlProblem(_("declares a document type: remove the declaration"))
    except expat.ExpatError as error:
        before = text[: text.index(document[0])]
        column = error.offset + 1
        if error.lineno == 1:
            column += len(before.rpartition("\n")[2])
        line = error.lineno + before.count("\n")
        reason = expat.ErrorString(error.code)
        return SsmlProblem(_("is not well-formed"), reason, line, column)
    return None


def ssml_problem(text: str) -> str:
    """As :func:`find_ssml_problem`, in words that follow a prompt's name; "" where all is well."""
    return str(find_ssml_problem(text) or "")


def _refuse(*_: object) -> None:
    raise TypeDeclaredError
