"""The registry of step kinds: a new kind is one new module under ``steps/``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from voicegather.engine.config import ConfigProblem, parse_config
from voicegather.engine.events import CommandFailed, Event

if TYPE_CHECKING:
    from voicegather.engine.edges import Edge
    from voicegather.engine.graph import StepNode
    from voicegather.engine.targets import TargetEvent
    from voicegather.engine.turn import Turn

_KINDS: dict[str, StepKind] = {}
_STAND_INS: dict[str, StepKind] = {}


class StepKind:
    """How steps of one kind behave. Subclassing with a `name` registers the kind.

    A kind keeps no data of its own: what a step under way must remember is the kind's frozen
    `Progress` dataclass, stored in the call's state.
    """

    name: ClassVar[str] = ""
    label: ClassVar[str] = ""
    Settings: ClassVar[type]
    Progress: ClassVar[type | None] = None
    #: Whether menus have steps of this kind. Others stand in for a step, where staff interrupt it.
    in_menus: ClassVar[bool] = True
    #: Whether a visit waits for the caller (a loop without such a step never ends).
    takes_input: ClassVar[bool] = False
    #: Whether choices on keys can be taken here.
    takes_keys: ClassVar[bool] = False
    #: Whether choices on fields can be taken here; the fields are variables, too.
    takes_fields: ClassVar[bool] = False
    #: Whether a visit may take exits with names that only the menu's author knows.
    names_exits: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.name:
            (_KINDS if cls.in_menus else _STAND_INS)[cls.name] = cls()

    def required_exits(self, settings: Any) -> tuple[str, ...]:
        """The exits that every step of this kind must lead on from."""
        raise NotImplementedError

    def possible_exits(self, settings: Any) -> tuple[str, ...]:
        """All exits that an edge may name; the required ones unless the kind says more."""
        return self.required_exits(settings)

    def variables_of(self, settings: Any, step_key: str) -> tuple[str, ...]:
        """The variables that a visit to the step `step_key` may set."""
        return ()

    def assures(self, step: StepNode, edge: Edge) -> tuple[str, ...]:
        """Those of them that are set for certain when a visit leaves by `edge`."""
        return ()

    def enter(self, turn: Turn, step: StepNode) -> None:
        """The caller enters the step: send commands, or leave at once."""
        raise NotImplementedError

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        """Something happened while the step is under way. Events of no use change nothing."""

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        """The step's deadline passed without the event that should have come."""
        self.fail(turn, step)

    def on_command_failed(self, turn: Turn, step: StepNode, event: CommandFailed) -> None:
        """A command that the step still wants was refused."""
        self.fail(turn, step)

    def fail(self, turn: Turn, step: StepNode) -> None:
        """The step cannot go on, because of a command, or an event that cannot be folded."""
        turn.leave("failure")

    def awaits_target(self, turn: Turn, event: TargetEvent) -> bool:
        """Whether the step rings the target leg that `event` tells of."""
        return False

    def abandon(self, turn: Turn, step: StepNode) -> None:
        """The call ended in this step: write down what was under way."""

    def interrupt(self, turn: Turn, step: StepNode) -> None:
        """Staff take the caller out of this step: stop what runs, and write it down."""
        self.abandon(turn, step)

    def stop_gather(self, turn: Turn, step: StepNode) -> None:
        """Staff end the wait for keys: what was entered until now is the entry."""

    def after_end(self, turn: Turn, step: StepNode, event: Event) -> None:
        """An event came after the end of a call that ended in this step."""


def kind_named(name: str) -> StepKind | None:
    """The kind registered under `name`, None where there is none."""
    return _KINDS.get(name)


def kind_under_way(name: str) -> StepKind | None:
    """What a call may be in: a kind of steps, or what stands in for a step; None for neither."""
    return _KINDS.get(name) or _STAND_INS.get(name)


def all_kinds() -> tuple[StepKind, ...]:
    """Every registered kind by its name, whoever was imported first."""
    return tuple(_KINDS[name] for name in sorted(_KINDS))


def check_settings(kind: StepKind, document: dict[str, Any]) -> tuple[Any, list[ConfigProblem]]:
    """The kind's settings read from JSON, or None and every problem."""
    return parse_config(kind.Settings, document)
