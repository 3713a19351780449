"""Words for people: marked where they are written, translated where they are shown.

The engine speaks English and knows of no other language. ``makemessages`` finds what is inside
``_()``, which is what modules call :func:`marked`; whoever shows such a text translates it, with
``voicegather.services.wording.translated``.
"""

from __future__ import annotations

from typing import Any


def marked(text: str) -> str:
    """The text as it stands, to be translated where it is shown."""
    return text


class Told(str):
    """A sentence in English, with the template it was made of and what was filled in."""

    template: str
    values: dict[str, Any]


def told(template: str, **values: Any) -> Told:
    """The `template`, marked, with its ``%(name)s`` filled in; a value may be told, too."""
    text = Told(template % values)
    text.template, text.values = template, values
    return text
