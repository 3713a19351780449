"""Bodies: bounded, strict, and without characters that no database stores."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

from voicegather.services.display import grouped

#: A menu's document may have 2 MiB.
MOST_BYTES = 2_621_440
#: Of lists and objects in one another. A menu's document has up to 20.
MOST_DEPTH = 50
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
#: No column holds a longer whole number.
_MOST_DIGITS = 18


class TooLargeError(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class StrictJSONParser(BaseParser):
    """JSON in UTF-8. What Python reads beyond the standard, or no column holds, is refused."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        text = read_text(stream)
        try:
            value = json.loads(
                text,
                parse_constant=_refuse_constant,
                parse_int=_whole_number,
                object_pairs_hook=_object,
            )
        except ValueError as problem:
            raise ParseError(_("This is not JSON: %s") % problem) from None
        except RecursionError:
            raise ParseError(_nested_too_deep()) from None
        check_storable(value)
        return value


class MenuFileParser(BaseParser):
    """A menu's document in YAML, as text: whoever loads it says what is wrong with it."""

    media_type = "application/yaml"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> str:
        return read_text(stream)


def read_text(stream: IO[bytes]) -> str:
    """The body as text; raises TooLargeError and ParseError."""
    body = stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLargeError(_("The body is larger than %s bytes.") % grouped(MOST_BYTES))
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ParseError(_("The body is not UTF-8 text.")) from None


def check_storable(value: Any, depth: int = 0) -> None:
    """Raises ParseError where text in `value` cannot be stored, or it is nested too deep."""
    if isinstance(value, dict | list) and depth == MOST_DEPTH:
        raise ParseError(_nested_too_deep())
    if isinstance(value, str) and _UNSTORABLE.search(value):
        raise ParseError(_("Text with NUL or half a surrogate pair cannot be stored."))
    if isinstance(value, dict):
        for key in value:
            check_storable(key, depth)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            check_storable(each, depth + 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(_("“%s” stands twice in one object: keep one of the two.") % twice)
    return found


def _whole_number(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS:
        raise ParseError(_("A whole number has at most %s digits here.") % _MOST_DIGITS)
    return int(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise ParseError(_("%s is no number in JSON.") % name)


def _nested_too_deep() -> str:
    return _("The body is nested deeper than %s levels.") % MOST_DEPTH
