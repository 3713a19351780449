"""The token that every command carries and every later webhook of the leg brings back.

One line of base64 (Telnyx docs: client_state; text after a line break was seen cut off). Nothing
in it is secret.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass

FORMAT = 1
#: Far more commands than a call can have, within every database's integers.
MOST_SEQ = 1_000_000
_TOKEN = re.compile(r"[0-9A-Za-z_-]{1,32}")


@dataclass(frozen=True, slots=True)
class ClientState:
    """Which call, which of its commands, and whether the leg is the target of a transfer."""

    call_token: str
    seq: int
    is_target: bool = False


def encode(state: ClientState) -> str:
    """The base64 text for ``client_state`` or ``target_leg_client_state``."""
    document: dict[str, str | int] = {"f": FORMAT, "t": state.call_token, "s": state.seq}
    if state.is_target:
        document["r"] = "target"
    return base64.b64encode(json.dumps(document, separators=(",", ":")).encode()).decode("ascii")


def decode(text: object) -> ClientState | None:
    """What :func:`encode` made; None for anything else, such as another application's state."""
    if not isinstance(text, str) or not text:
        return None
    try:
        document = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("f") != FORMAT:
        return None
    token, seq = document.get("t"), document.get("s")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return None
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 < seq <= MOST_SEQ:
        return None
    return ClientState(token, seq, document.get("r") == "target")
