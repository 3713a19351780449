"""The menu of calls to a number that nobody owns: it says so and hangs up."""

from __future__ import annotations

from voicegather import conf
from voicegather.engine.graph import Graph

#: In place of a content hash: this graph is made from settings, not published.
SHA256 = "unknown-number"


def graph() -> Graph:
    """The built-in menu for ``VOICEGATHER["UNKNOWN_NUMBER"] = "tell"``."""
    words = {
        "kind": "text",
        "text": conf.get("UNKNOWN_NUMBER_TEXT"),
        "voice": conf.get("UNKNOWN_NUMBER_VOICE"),
    }
    document = {
        "menu": "",
        "entry": "goodbye",
        "languages": ["en-US"],
        "steps": {
            "goodbye": {"key": "goodbye", "kind": "hangup", "config": {"prompt": "not_in_service"}}
        },
        "prompts": {"not_in_service": {"en-US": words}},
    }
    return Graph.load(document, sha256=SHA256)
