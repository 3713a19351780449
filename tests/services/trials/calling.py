"""Test calls in memory, on menus of the tables."""

from __future__ import annotations

from typing import Any

from voicegather.engine.secret import Secret
from voicegather.models import Menu
from voicegather.services.trials.acts import Act, Press, read_act
from voicegather.services.trials.drafts import compiled_draft, graph_of_document
from voicegather.services.trials.line import Start, begin_line, perform
from voicegather.services.trials.menus import TrialMenus
from voicegather.services.trials.telling import Entry

#: A Wednesday, 10:00 in Chicago.
AT = 1_772_640_000_000
CALLER = "+13125550101"


class Caller:
    """A test call, led on by acts."""

    def __init__(self, menu: Menu, **start: Any) -> None:
        self.graph = graph_of_document(compiled_draft(menu))
        self.menus = TrialMenus(self.graph)
        settings = Start(**{"at": AT, "caller": CALLER, **start})
        played = begin_line(self.menus, self.graph, settings, token="test")
        self.line, self.log = played.line, list(played.log)

    def do(self, act: Act | dict[str, Any]) -> list[Entry]:
        """What the act adds to the log."""
        act = read_act(act) if isinstance(act, dict) else act
        played = perform(self.menus, self.line, act)
        self.line = played.line
        self.log += played.log
        return list(played.log)

    def press(self, keys: str) -> list[Entry]:
        return self.do(Press(Secret(keys)))

    def silent(self) -> list[Entry]:
        return self.do({"act": "stay_silent"})

    @property
    def steps(self) -> list[str]:
        return [each.step for each in self.line.path]

    @property
    def outcome(self) -> str:
        return self.line.state.outcome or ""

    def variables(self) -> dict[str, str]:
        return {name: each.value.reveal() for name, each in self.line.state.variables.items()}


def said(log: list[Entry]) -> list[str]:
    """The words in entries of a log."""
    return [entry["text"] for entry in log if entry["kind"] == "said"]


def commands(log: list[Entry]) -> list[str]:
    """The actions in entries of a log."""
    return [entry["action"] for entry in log if entry["kind"] == "command"]
