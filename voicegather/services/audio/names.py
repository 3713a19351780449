"""What a recording is called: in the site's storage, at Telnyx, and in published versions."""

from __future__ import annotations

import re

from voicegather.services.audio.storing import folder

_CONTENT = r"[0-9a-f]{64}\.(?:wav|mp3)"
_STORED = re.compile(_CONTENT)
_AT_TELNYX = re.compile(rf"voicegather-({_CONTENT})")


def media_name_of(name: str) -> str:
    """The name at Telnyx of a file in the storage, "" where its name is not made of its content.

    The same in every account, so that a version is the same whoever's number leads to it.
    """
    base = name.removeprefix(folder())
    return f"voicegather-{base}" if _STORED.fullmatch(base) else ""


def stored_name_of(media_name: str) -> str:
    """The file in the storage that is at Telnyx under this name, "" for media of the site's own."""
    found = _AT_TELNYX.fullmatch(media_name)
    return f"{folder()}{found[1]}" if found else ""
