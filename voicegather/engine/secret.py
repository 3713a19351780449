"""What a caller said, in memory: readable on purpose only."""

from __future__ import annotations


class Secret:
    """A string that no ``repr``, log line or traceback shows.

    Compares and hashes like its content, so that engine states stay comparable.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The content itself. Every call of this is a place to look at in a review."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)
