"""Whether keys that somebody pressed can be read out of a text, however they are written there."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error

#: Between two digits that are spelled: ``7, 3``, ``'7', '3'``.
BETWEEN = r"[^0-9A-Za-z]{1,6}"
#: One key in an event of its own: ``"digit": "7"``, also with quotes escaped.
QUOTE = r"""(?:[\\"']|&quot;|&#x27;)"""
ONE_KEY = re.compile(rf"digits?{QUOTE}*\s*[:=]\s*{QUOTE}*([0-9*#]){QUOTE}")
IN_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")


def readings(text: str, digits: str) -> list[str]:
    """How `digits` can be read in `text`; nothing where they cannot."""
    found = {
        "as they are": digits in text,
        "one after the other": re.search(BETWEEN.join(digits), text) is not None,
        # A line may come twice.
        "key by key": re.search("+".join(digits) + "+", "".join(ONE_KEY.findall(text))) is not None,
        "in base64": any(each in text for each in _in_base64(digits)),
        "in hexadecimal": digits.encode().hex() in text.lower(),
    }
    return [how for how, is_so in found.items() if is_so]


def with_base64_read(text: str) -> str:
    """`text`, and after it whatever in it is text in base64."""
    return "\n".join([text, *filter(None, map(_decoded, IN_BASE64.findall(text)))])


def _in_base64(digits: str) -> list[str]:
    """What all base64 has in common that holds the digits, by where in three bytes they begin."""
    whole = []
    for before in range(3):
        encoded = b64encode(b"\0" * before + digits.encode()).decode().rstrip("=")
        # The outermost characters hold bits of the neighbours, too.
        whole.append(encoded[(0, 2, 3)[before] : -1])
    return whole


def _decoded(found: str) -> str:
    try:
        return b64decode(found, validate=True).decode()
    except (Error, UnicodeDecodeError):
        return ""
