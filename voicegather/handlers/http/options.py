"""The options of an ``http`` step, read from text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from voicegather.handlers.http.urls import Target, read_url
from voicegather.handlers.words import HandlerError

_KNOWN = ("method", "send", "take", "url")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Options:
    """`send` names the variables that are sent; `take` pairs of a variable and where it stands.

    An empty `take` is everything simple at the top of the answer.
    """

    target: Target
    method: str
    #: None: all of them, in a POST's body.
    send: tuple[str, ...] | None
    take: tuple[tuple[str, tuple[str, ...]], ...]


def read_options(options: Mapping[str, str]) -> Options:
    """The step's options; raises HandlerError that says which one is wrong."""
    unknown = sorted(set(options) - set(_KNOWN))
    if unknown:
        raise HandlerError(f"http has no option {unknown[0]!r}: it knows {', '.join(_KNOWN)}")
    method = options.get("method", "").strip().upper() or "POST"
    if method not in ("GET", "POST"):
        raise HandlerError("the option method is GET or POST")
    target = read_url(options.get("url", "").strip())
    return Options(target, method, _names(options.get("send"), method), _takings(options))


def _names(text: str | None, method: str) -> tuple[str, ...] | None:
    if text is None or not text.strip():
        return () if method == "GET" else None
    names = tuple(each.strip() for each in text.split(","))
    if not all(map(_NAME.fullmatch, names)):
        raise HandlerError("the option send is names of variables, with commas between them")
    return names


def _takings(options: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = options.get("take", "").strip()
    takings = []
    for each in text.split(",") if text else ():
        name, _, path = (part.strip() for part in each.partition("="))
        keys = tuple((path or name).split("."))
        if not _NAME.fullmatch(name) or not all(keys):
            raise HandlerError("the option take is like: name=path.to.value, other=...")
        takings.append((name, keys))
    if len({name for name, _ in takings}) < len(takings):
        raise HandlerError("the option take names a variable twice")
    return tuple(takings)
