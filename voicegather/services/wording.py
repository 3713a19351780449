"""What the engine says, in the language of whoever reads it."""

from __future__ import annotations

import re

from django.utils.functional import lazy
from django.utils.translation import gettext

from voicegather.engine.reasons import REASONS
from voicegather.engine.wording import Told


def translated(text: str) -> str:
    """A label, help text or message of the engine in the active language.

    Texts that the engine did not mark, such as a site's own, are left as they are.
    """
    if isinstance(text, Told):
        values = {name: _inside(value) for name, value in text.values.items()}
        return gettext(text.template) % values
    # The empty text is the catalogue's head.
    return gettext(text) if text else ""


#: As :func:`translated`, when it is shown: for forms that are made once.
translated_lazy = lazy(translated, str)


def translated_error(problem: Exception) -> str:
    """The message of one of the engine's errors in the active language."""
    (message,) = problem.args
    return translated(message)


def translated_reason(text: str) -> str:
    """Why a call ended, as it is kept, in the active language; a cause of Telnyx's stays."""
    for template, pattern in _REASONS:
        found = pattern.fullmatch(text)
        if found:
            return gettext(template) % found.groupdict()
    return text


def _pattern_of(template: str) -> re.Pattern[str]:
    """What a template can have become; values stand where it has placeholders."""
    parts = re.split(r"%\((\w+)\)s", template)
    return re.compile(
        "".join(
            f"(?P<{part}>.*)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
        )
    )


_REASONS = tuple((template, _pattern_of(template)) for template in REASONS)


def _inside(value: object) -> object:
    return translated(value) if isinstance(value, Told) else value
