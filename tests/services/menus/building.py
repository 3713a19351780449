"""Small menus for tests, as the file form has them."""

from __future__ import annotations

from typing import Any

import yaml

from voicegather.models import Menu
from voicegather.services.menus import Finding, MenuFileError, lint_menu, load_menu

VOICE = "AWS.Polly.Joanna-Neural"


def words(text: str = "Hello.") -> dict[str, Any]:
    """A prompt of plain words in the one language of :func:`line`."""
    return {"en-US": {"text": text, "voice": VOICE}}


def choice(go: str | None = "bye", **on: Any) -> dict[str, Any]:
    """A choice that leads to a step: ``choice("bye", digits="1")``."""
    return {"on": on, "go": go}


def line(**changes: Any) -> dict[str, Any]:
    """A menu of one question and a goodbye that lints clean; `changes` replace top-level keys."""
    return {
        "format": 1,
        "menu": "line",
        "name": "Line",
        "languages": ["en-US"],
        "entry": "ask",
        "choices": [choice(exit=name) for name in ("no_input", "invalid", "failure")],
        "steps": {"ask": ask(choice(digits="1")), "bye": {"kind": "hangup"}},
        "prompts": {"question": words("Press 1.")},
    } | changes


def ask(*choices: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """A gather with these choices."""
    return {"kind": "gather", "prompt": "question", "choices": list(choices)} | settings


def say(go: str = "bye", **settings: Any) -> dict[str, Any]:
    """A message that goes on to a step."""
    step = {"kind": "message", "prompt": "question", "choices": [choice(go, exit="done")]}
    return step | settings


def as_text(document: dict[str, Any]) -> str:
    """The document as a menu file that YAML 1.1 would read, too: ``on`` is quoted."""
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True)


def load(document: dict[str, Any]) -> Menu:
    """The menu that the document describes, in the tables."""
    return load_menu(text=as_text(document)).menu


def load_steps(steps: dict[str, Any], **changes: Any) -> Menu:
    """A menu of these steps and a goodbye, in the tables."""
    return load(line(steps={**steps, "bye": {"kind": "hangup"}}, **changes))


def problems_of(document: dict[str, Any]) -> list[str]:
    """What loading says of the document, without the lines."""
    try:
        load(document)
    except MenuFileError as error:
        return [f"{problem.path}: {problem.message}" for problem in error.found]
    return []


def lint(menu: Menu) -> set[tuple[str, str, str, str]]:
    """The findings as ``(severity, step, field, code)``."""
    return {(each.severity.value, each.step, each.field, each.code) for each in lint_menu(menu)}


def finding(menu: Menu, code: str) -> Finding:
    """The one finding of this code."""
    (found,) = (each for each in lint_menu(menu) if each.code == code)
    return found
