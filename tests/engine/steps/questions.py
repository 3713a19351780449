"""Callers who have just been asked something, for the tests of gathers."""

from __future__ import annotations

from tests.engine.line import Line
from tests.engine.menus import any_entry, gather, in_range, menu, on
from voicegather.engine.events import KeyPressed
from voicegather.engine.secret import Secret


def one_key(**config: object) -> Line:
    """A caller who is asked for 1 or 2."""
    return Line(menu({"ask": gather(on("1", "taken"), on("2", "taken"), **config)})).answer()


def mixed(**config: object) -> Line:
    """A caller who is asked for 1, 20 to 29 or 100 to 199: choices that differ in length."""
    edges = (on("1", "taken"), in_range("20-29", "taken"), in_range("3000-3999", "taken"))
    return Line(menu({"ask": gather(*edges, **config)})).answer()


def account(**config: object) -> Line:
    """A caller who is asked for any two to six digits."""
    return Line(
        menu({"ask": gather(any_entry("taken"), minimum_digits=2, maximum_digits=6, **config)})
    ).answer()


def key_event(key: str, at: int, seq: int | None) -> KeyPressed:
    """A key pressed at a moment of its own."""
    return KeyPressed(at, Secret(key), seq)
