"""What the engine says, in the language of whoever reads it."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import gettext

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


def _inside(value: object) -> object:
    return translated(value) if isinstance(value, Told) else value
