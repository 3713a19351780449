"""A handler: the site's own function decides, while the caller waits, where the call goes on.

The engine never calls it. It asks for it by a command, and goes on when the return comes as an
event, or when that takes too long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from voicegather.engine.commands import RunHandler
from voicegather.engine.config import Role, setting
from voicegather.engine.edges import Edge, Match
from voicegather.engine.events import CommandFailed, Event, HandlerFailed, HandlerReturned
from voicegather.engine.facts import HandlerNoted
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.secret import Secret
from voicegather.engine.steps.playing import Playing, begin_prompt, is_end_of, stop_prompt
from voicegather.engine.template import render
from voicegather.engine.turn import BUILT_IN_VARIABLES, Turn
from voicegather.engine.variables import VARIABLE_NAME
from voicegather.engine.wording import marked as _

#: Beyond the function's own time: its way through the queue, and the way of its return.
HANDLER_SLACK_MS = 5_000
MOST_VALUES = 50
MOST_CHARACTERS = 1_000


@dataclass(frozen=True)
class HandlerSettings:
    handler: str = setting(
        label=_("Handler"),
        help=_(
            "The name under which the site registers its function, or http for a request to "
            "another system."
        ),
        maximum=60,
    )
    options: Mapping[str, str] = setting(
        label=_("Options"),
        help=_(
            "What the handler is told besides, for example url. {{ variables }} are filled in; "
            "in an address that begins with https:// or http:// they are percent-encoded."
        ),
        default={},
        role=Role.TEMPLATE,
    )
    variables: tuple[str, ...] = setting(
        label=_("Variables"),
        help=_(
            "The variables that the handler may set, so that prompts and branches can use them."
        ),
        default=(),
    )
    timeout_seconds: int = setting(
        label=_("Wait for (seconds)"),
        help=_(
            "How long the handler may take before the exit failure. The caller hears nothing "
            "but the prompt."
        ),
        default=5,
        minimum=1,
        maximum=30,
    )
    prompt: str = setting(
        label=_("Prompt"),
        help=_("Said while the handler works, and to its end."),
        default="",
        role=Role.PROMPT,
    )
    pass_sensitive: bool = setting(
        label=_("Pass sensitive entries"),
        help=_("Allows the handler to know masked and secret entries."),
        default=False,
    )
    speak_secret: bool = setting(
        label=_("May be spoken although it is sensitive"),
        help=_("Allows prompts to speak what the handler of a masked or secret step returns."),
        default=False,
    )


@dataclass(frozen=True, slots=True)
class Handling:
    """The function at work. `exit` is its way out once it is done, while the prompt plays on."""

    seq: int
    playing: Playing | None = None
    #: When the prompt is over at the latest (milliseconds, UTC).
    plays_until: int = 0
    exit: str = ""


class HandlerStep(StepKind):
    name = "handler"
    label = _("Handler")
    Settings = HandlerSettings
    Progress = Handling
    names_exits = True

    def required_exits(self, settings: HandlerSettings) -> tuple[str, ...]:
        return ("done", "failure")

    def variables_of(self, settings: HandlerSettings, step_key: str) -> tuple[str, ...]:
        return settings.variables

    def assures(self, step: StepNode, edge: Edge) -> tuple[str, ...]:
        returned = edge.match is Match.EXIT and edge.value != "failure"
        return self.variables_of(step.settings, step.key) if returned else ()

    def enter(self, turn: Turn, step: StepNode) -> None:
        settings: HandlerSettings = step.settings
        playing = begin_prompt(turn, settings.prompt)
        until = turn.state.wake_at if playing else None
        passed = passed_variables(turn, settings)
        seq = turn.send(
            RunHandler(
                handler=settings.handler,
                variables=passed,
                options=filled_options(turn, settings.options, passed),
                language=turn.state.language,
                timeout_s=settings.timeout_seconds,
            )
        )
        turn.change(progress=Handling(seq, playing, until or 0))
        turn.wake_in(settings.timeout_seconds * 1000 + HANDLER_SLACK_MS)

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        handling: Handling = turn.state.progress
        match event:
            case HandlerReturned(seq=handling.seq) if not handling.exit:
                self._on_return(turn, step, handling, event)
            case HandlerFailed(seq=handling.seq) if not handling.exit:
                self._give_up(turn, handling, event.reason or "failed")
            case _ if handling.playing is not None and is_end_of(handling.playing, event):
                turn.change(progress=replace(handling, playing=None))
                if handling.exit:
                    turn.leave(handling.exit)

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        handling: Handling = turn.state.progress
        if handling.exit:
            turn.leave(handling.exit)
        else:
            turn.change(progress=replace(handling, playing=None))
            self._give_up(turn, handling, "did not return in time")

    def on_command_failed(self, turn: Turn, step: StepNode, event: CommandFailed) -> None:
        """A prompt that cannot be heard keeps nobody from working."""
        handling: Handling = turn.state.progress
        if handling.playing is not None and event.seq == handling.playing.seq:
            turn.change(progress=replace(handling, playing=None))
            if handling.exit:
                turn.leave(handling.exit)
        elif event.seq == handling.seq and not handling.exit:
            self._give_up(turn, handling, "could not be started")

    def interrupt(self, turn: Turn, step: StepNode) -> None:
        stop_prompt(turn, turn.state.progress.playing)

    def fail(self, turn: Turn, step: StepNode) -> None:
        handling: Handling = turn.state.progress
        turn.leave(handling.exit or "failure")

    def _on_return(
        self, turn: Turn, step: StepNode, handling: Handling, event: HandlerReturned
    ) -> None:
        name = event.exit or "done"
        if problem := problem_with(event.values):
            self._give_up(turn, handling, problem)
        elif step.exit_edge(name) is None and name != "done":
            self._give_up(turn, handling, f"took the exit “{name[:50]}”, which leads nowhere")
        else:
            for variable, value in event.values.items():
                turn.set_variable(variable, value, step.sensitivity)
            self._go_on(turn, handling, name)

    def _give_up(self, turn: Turn, handling: Handling, reason: str) -> None:
        turn.record(HandlerNoted(turn.now, turn.state.visit, handling.seq, reason))
        self._go_on(turn, handling, "failure")

    def _go_on(self, turn: Turn, handling: Handling, exit_name: str) -> None:
        """Leave, but let the prompt be heard to its end."""
        playing = turn.state.progress.playing
        if playing is None or handling.plays_until <= turn.now:
            turn.leave(exit_name)
        else:
            turn.change(progress=replace(handling, exit=exit_name))
            turn.wake_in(handling.plays_until - turn.now)


def passed_variables(turn: Turn, settings: HandlerSettings) -> Mapping[str, Secret]:
    """What the call has collected, as far as the handler may know it."""
    return {
        name: variable.value
        for name, variable in turn.state.variables.items()
        if settings.pass_sensitive or variable.sensitivity is Sensitivity.NORMAL
    }


def filled_options(
    turn: Turn, options: Mapping[str, str], passed: Mapping[str, Secret]
) -> Mapping[str, str]:
    """The options with the call's variables filled in; those that are not passed are empty."""

    def look_up(name: str) -> str:
        if name in turn.state.variables:
            return passed[name].reveal() if name in passed else ""
        return turn.lookup(name)

    return {
        name: render(text, _safe_in(text, look_up), ssml=False) for name, text in options.items()
    }


def _safe_in(text: str, look_up: Callable[[str], str]) -> Callable[[str], str]:
    """In an address, what a caller entered must not change where the request goes."""
    if not text.strip().lower().startswith(("https://", "http://")):
        return look_up
    return lambda name: quote(look_up(name), safe="")


def problem_with(values: Mapping[str, Secret]) -> str:
    """Why the returned variables cannot be set, "" when they can. Quotes none of them."""
    if len(values) > MOST_VALUES:
        return f"returned {len(values)} variables; the most is {MOST_VALUES}"
    for name, value in values.items():
        if not VARIABLE_NAME.fullmatch(name):
            return "returned a variable whose name is not letters, digits and underscores"
        if name in BUILT_IN_VARIABLES:
            return f"returned “{name}”, which every call knows already: name it otherwise"
        if len(value.reveal()) > MOST_CHARACTERS:
            return f"returned a variable of more than {MOST_CHARACTERS:,} characters"
    return ""
