"""Scenario files: who calls, how often, and who is rung."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from voicegather.simulator.assistants import Assistant
from voicegather.simulator.errors import ScriptError, SimulatorError
from voicegather.simulator.script import Script, parse_script
from voicegather.simulator.targets import Target

KEYS = ("callers", "targets", "assistants")
CALLER_KEYS = frozenset({"name", "from", "to", "weight", "script"})
TARGET_KEYS = frozenset(spec.name for spec in fields(Target))
ASSISTANT_KEYS = frozenset(spec.name for spec in fields(Assistant))


@dataclass(frozen=True, slots=True)
class ScenarioCaller:
    """A kind of caller. `{n}` in `from_` becomes two digits that differ from call to call."""

    name: str
    from_: str
    to: str
    script: Script
    weight: float = 1.0

    def number(self, call: int) -> str:
        """The number that the call numbered `call` comes from."""
        return self.from_.replace("{n}", f"{call % 100:02d}")


@dataclass(frozen=True, slots=True)
class Scenario:
    """The callers of a load, and the destinations and assistants they may be connected with."""

    callers: tuple[ScenarioCaller, ...]
    targets: Mapping[str, Target] = field(default_factory=dict)
    assistants: Mapping[str, Assistant] = field(default_factory=dict)


def load_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a YAML file.

    `callers:` is a list of `name`, `from`, `to`, `script` and an optional `weight`; `targets:`
    maps destinations to what a `Target` has, `assistants:` ids to what an `Assistant` has. Raises
    `ScriptError`, which names the caller, target or assistant and the item, and `OSError` when the
    file cannot be read.
    """
    try:
        data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ScriptError(f"{path} is not YAML: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("callers"), list):
        raise ScriptError(f"{path} needs a list of callers under `callers:`.")
    if not data["callers"] or set(data) - set(KEYS):
        raise ScriptError(f"{path} needs at least one caller, and knows {', '.join(KEYS)} only.")
    targets, assistants = data.get("targets") or {}, data.get("assistants") or {}
    if not isinstance(targets, dict):
        raise ScriptError(f"{path}: `targets:` maps destinations to what they do.")
    if not isinstance(assistants, dict):
        raise ScriptError(f"{path}: `assistants:` maps ids to what they are.")
    return Scenario(
        callers=tuple(_caller(number, item) for number, item in enumerate(data["callers"], 1)),
        targets={str(to): _target(str(to), item) for to, item in targets.items()},
        assistants={str(key): _assistant(str(key), item) for key, item in assistants.items()},
    )


def _caller(number: int, item: Any) -> ScenarioCaller:
    if not isinstance(item, dict):
        raise ScriptError(f"Caller {number} must be a mapping, not {item!r}.")
    name = str(item.get("name", f"caller {number}"))
    _refuse_unknown(f"Caller {name!r}", item, CALLER_KEYS)
    for key in ("from", "to"):
        if not isinstance(item.get(key), str):
            raise ScriptError(f"Caller {name!r} needs `{key}:`, a number in quotes.")
    weight = item.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
        raise ScriptError(f"Caller {name!r}: weight must be a number above 0.")
    script = _script(f"Caller {name!r}", item.get("script"))
    return ScenarioCaller(name, item["from"], item["to"], script, float(weight))


def _target(to: str, item: Any) -> Target:
    if not isinstance(item, dict):
        raise ScriptError(f"Target {to} must be a mapping, not {item!r}.")
    _refuse_unknown(f"Target {to}", item, TARGET_KEYS)
    values = dict(item)
    if "script" in values:
        values["script"] = _script(f"Target {to}", values["script"])
    for key in ("ring_seconds", "talk_seconds", "greeting_seconds"):
        if not isinstance(values.get(key, 0), int | float):
            raise ScriptError(f"Target {to}: {key} must be a number of seconds.")
    if not isinstance(values.get("beeps", True), bool):
        raise ScriptError(f"Target {to}: beeps must be true or false.")
    try:
        return Target(**values)
    except SimulatorError as error:
        raise ScriptError(f"Target {to}: {error}") from error


def _assistant(key: str, item: Any) -> Assistant:
    if not isinstance(item, dict):
        raise ScriptError(f"Assistant {key} must be a mapping, not {item!r}.")
    _refuse_unknown(f"Assistant {key}", item, ASSISTANT_KEYS)
    try:
        return Assistant(**item)
    except SimulatorError as error:
        raise ScriptError(f"Assistant {key}: {error}") from error


def _script(owner: str, items: Any) -> Script:
    try:
        return parse_script([] if items is None else items)
    except ScriptError as error:
        raise ScriptError(f"{owner}: {error}") from error


def _refuse_unknown(owner: str, item: dict[Any, Any], known: frozenset[str]) -> None:
    unknown = sorted(str(key) for key in set(item) - known)
    if unknown:
        raise ScriptError(f"{owner} has unknown keys: {', '.join(unknown)}.")
