"""What the engine looks up while it advances a call."""

from __future__ import annotations

from voicegather.engine.graph import Graph
from voicegather.services import unknown_number
from voicegather.services.menus import LiveMenus


class CallMenus(LiveMenus):
    """Published menus, and the built-in one of numbers that nobody owns."""

    def graph(self, sha256: str) -> Graph:
        if sha256 == unknown_number.SHA256:
            return unknown_number.graph()
        return super().graph(sha256)
