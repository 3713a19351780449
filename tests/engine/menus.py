"""Small menus for the tests: compiled documents written in a few words."""

from __future__ import annotations

from typing import Any

from voicegather.engine.graph import Graph
from voicegather.engine.hours import Hours

VOICE = "AWS.Polly.Joanna-Neural"

Document = dict[str, Any]


def on(key: str, target: str, **more: Any) -> Document:
    """The edge of exact keys."""
    return {"match": "digits", "value": key, "target": target, **more}


def in_range(ends: str, target: str) -> Document:
    return {"match": "range", "value": ends, "target": target}


def any_entry(target: str) -> Document:
    return {"match": "any", "target": target}


def value(text: str, target: str) -> Document:
    return {"match": "value", "value": text, "target": target}


def otherwise(target: str) -> Document:
    return {"match": "otherwise", "target": target}


def by(exit_name: str, target: str = "", **more: Any) -> Document:
    """The edge of a named exit."""
    return {"match": "exit", "value": exit_name, "target": target, **more}


def wish(key: str, action: str = "goto", target: str = "") -> Document:
    """A global choice, as compiled into each step."""
    return {
        "match": "digits",
        "value": key,
        "action": action,
        "target": target,
        "inherited": True,
    }


def text(words: str, *, voice: str = VOICE, **more: Any) -> Document:
    return {"kind": "text", "text": words, "voice": voice, **more}


def ssml(words: str) -> Document:
    return {"kind": "ssml", "text": words, "voice": VOICE}


def audio(url: str, duration_ms: int = 0) -> Document:
    return {"kind": "audio", "url": url, "duration_ms": duration_ms}


def step(kind: str, *edges: Document, sensitivity: str = "normal", **config: Any) -> Document:
    return {"kind": kind, "edges": list(edges), "config": config, "sensitivity": sensitivity}


#: Where the exits of every gather below lead: each says a word, so that the call rests there.
ENDS: dict[str, Document] = {
    name: step("hangup", prompt=f"bye_{name}") for name in ("silent", "wrong", "broken", "taken")
}

EXITS = (by("no_input", "silent"), by("invalid", "wrong"), by("failure", "broken"))


def gather(*edges: Document, prompt: str = "question", **config: Any) -> Document:
    """A gather whose exits lead to the steps of `ENDS`."""
    return step("gather", *edges, *EXITS, prompt=prompt, **config)


def document(
    steps: dict[str, Document],
    prompts: dict[str, Any] | None = None,
    *,
    entry: str = "",
    name: str = "main",
    languages: tuple[str, ...] = ("en",),
) -> Document:
    """A compiled menu; the ends are added, and a text prompt for every name that lacks one.

    A prompt given as a plain variant is that of ``en``.
    """
    steps = {**steps, **{key: end for key, end in ENDS.items() if key not in steps}}
    given = {
        key: words if "kind" not in words else {"en": words}
        for key, words in (prompts or {}).items()
    }
    named = {
        prompt
        for each in steps.values()
        for setting, found in each["config"].items()
        if setting.endswith(("prompt", "prompts")) or setting == "read_back"
        for prompt in _named(found)
        if prompt
    }
    return {
        "format": 1,
        "menu": name,
        "entry": entry or next(iter(steps)),
        "languages": list(languages),
        "steps": {key: {"key": key, **each} for key, each in steps.items()},
        "prompts": {each: {"en": text(f"<{each}>")} for each in sorted(named)} | given,
    }


def _named(found: Any) -> list[str]:
    if isinstance(found, dict):
        return list(found.values())
    return [found] if isinstance(found, str) else list(found)


def menu(
    steps: dict[str, Document],
    prompts: dict[str, Any] | None = None,
    *,
    entry: str = "",
    name: str = "main",
    languages: tuple[str, ...] = ("en",),
) -> Graph:
    """The menu of :func:`document`, loaded; its name stands for its hash."""
    found = document(steps, prompts, entry=entry, name=name, languages=languages)
    return Graph.load(found, sha256=f"sha-{name}")


class Shelf:
    """What a call looks up: graphs by hash and name, and calendars."""

    def __init__(self, *graphs: Graph, hours: dict[str, Hours] | None = None) -> None:
        self.by_hash = {graph.sha256: graph for graph in graphs}
        self.live = {graph.menu: graph for graph in graphs}
        self.calendars = hours or {}

    def graph(self, sha256: str) -> Graph:
        return self.by_hash[sha256]

    def live_graph(self, menu: str) -> Graph | None:
        return self.live.get(menu)

    def hours(self, calendar: str, at: int) -> Hours | None:
        return self.calendars.get(calendar)
