"""One call of `advance`: what a step kind may do to the call while an event is folded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from voicegather.engine import reasons
from voicegather.engine.commands import Audio, Command, HangUp, Outgoing, Speech
from voicegather.engine.edges import Action, Edge
from voicegather.engine.facts import (
    AlertRaised,
    CallEnded,
    CallOutcome,
    Fact,
    StepEntered,
    StepLeft,
)
from voicegather.engine.graph import Graph, Menus, Sensitivity, StepNode, Words, WordsKind
from voicegather.engine.kinds import StepKind, kind_named, kind_under_way
from voicegather.engine.limits import Limits
from voicegather.engine.recordings import mind_secrets
from voicegather.engine.secret import Secret
from voicegather.engine.state import CallState, Frame, Phase, Variable
from voicegather.engine.template import render, speaking_ms
from voicegather.engine.wording import told

_ROOT = re.compile(r"<speak(?:\s[^>]*)?>")

#: How long an unknown audio file may play before the deadline looks after the call.
UNKNOWN_AUDIO_MS = 120_000
#: What prompts know of every call without asking.
BUILT_IN_VARIABLES = frozenset({"caller", "called", "language", "answered_by"})
#: How long we wait for the hang-up that we asked for: beyond the patience of its delivery.
HANGUP_PATIENCE_MS = 60_000


class Turn:
    """Collects the new state, commands and facts. Lives for one event only."""

    def __init__(self, menus: Menus, state: CallState, now: int, limits: Limits) -> None:
        self.menus = menus
        self.state = state
        self.now = now
        self.limits = limits
        self.commands: list[Outgoing] = []
        self.facts: list[Fact] = []
        #: Messages that wait to be spoken in one breath with the next prompt.
        self.prelude: tuple[str, ...] = ()
        self._next_step = ""

    # -- where the call is ---------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        return self.state.frames[-1]

    @property
    def graph(self) -> Graph:
        return self.menus.graph(self.frame.graph)

    @property
    def step(self) -> StepNode | None:
        """The step under way, None before the first and where the version has lost it."""
        return self.graph.steps.get(self.frame.step) if self.state.frames else None

    @property
    def kind(self) -> StepKind | None:
        return kind_under_way(self.state.step_kind)

    def change(self, **changes: Any) -> None:
        """Set fields of the call's state."""
        self.state = self.state.but(**changes)

    # -- what goes out -------------------------------------------------------------------------

    def send(self, command: Command, *, unconditional: bool = False) -> int:
        """Queue a command for the network and return its number in the call."""
        seq = self.state.next_seq
        self.change(next_seq=seq + 1)
        self.commands.append(Outgoing(seq, command, unconditional))
        return seq

    def retire_earlier(self) -> None:
        """Commands queued up to now are not wanted any more, unless they are unconditional."""
        self.change(current_seq=self.state.next_seq)

    def record(self, fact: Fact) -> None:
        """Note a fact for the ledger."""
        self.facts.append(fact)

    def wake_in(self, milliseconds: int) -> None:
        """Have the clock look after the call then, unless something happens before."""
        self.change(wake_at=self.now + milliseconds)

    # -- words ---------------------------------------------------------------------------------

    def lookup(self, name: str) -> str:
        """The value of a prompt variable, "" where it is not known in this call."""
        variable = self.state.variables.get(name)
        if variable is not None:
            return variable.value.reveal()
        built_in = {
            "caller": self.state.caller,
            "called": self.state.called,
            "language": self.state.language,
            "answered_by": self.state.answered_by or "",
        }
        return built_in.get(name, "")

    def words(self, prompt: str) -> Words | None:
        """The prompt in the call's language, by the fallback chain."""
        return self.graph.words(prompt, self.state.language) if prompt else None

    def sound(self, prompts: Iterable[str]) -> Speech | Audio | None:
        """What to speak or play for `prompts`, joined: only words of one voice are joined."""
        found = [words for prompt in prompts if (words := self.words(prompt))]
        if not found:
            return None
        last = found[-1]
        if last.kind is WordsKind.AUDIO:
            return Audio(url=last.url, duration_ms=last.duration_ms)
        if last.kind is WordsKind.MEDIA:
            return Audio(media_name=last.media_name, duration_ms=last.duration_ms)
        text = join_words([self.rendered(words) for words in found], last.kind)
        if not text:
            return None
        return Speech(
            text=text,
            voice=last.voice,
            language=last.voice_language,
            ssml=last.kind is WordsKind.SSML,
            voice_settings=tuple(sorted(last.voice_settings.items())),
        )

    def rendered(self, words: Words) -> str:
        """The text of `words` with this call's variables filled in."""
        return render(words.text, self.lookup, ssml=words.kind is WordsKind.SSML)

    # -- moving through the menu ---------------------------------------------------------------

    def set_variable(self, name: str, value: Secret, sensitivity: Sensitivity) -> None:
        variables = dict(self.state.variables)
        variables[name] = Variable(value, sensitivity)
        self.change(variables=variables)

    def set_defaults(self, graph: Graph) -> None:
        """Give the call the variables that `graph` declares and that it does not have yet."""
        missing = {
            each.name: Variable(Secret(each.default))
            for each in graph.variables
            if each.name not in self.state.variables
        }
        if missing:
            self.change(variables={**self.state.variables, **missing})

    def leave(self, exit_name: str) -> None:
        """Leave the step by a named exit; without an edge for it the call ends."""
        step = self.step
        edge = step.exit_edge(exit_name) if step else None
        if edge is not None:
            self.follow(edge, exit_name)
            return
        self.note_exit(exit_name)
        if exit_name == "done":
            self.return_from_menu()
        else:
            self.hang_up(
                CallOutcome.FAILED, told(reasons.NO_WAY_ON, step=self.frame.step, exit=exit_name)
            )

    def follow(self, edge: Edge, exit_name: str) -> None:
        """Leave the step by `edge`; the ledger calls the way out `exit_name`."""
        self.note_exit(exit_name)
        self._take(edge)

    def _take(self, edge: Edge) -> None:
        if edge.language:
            self.change(language=edge.language)
        match edge.action:
            case Action.GOTO:
                self.go_to(edge.target)
            case Action.REPEAT:
                self.go_to(self.frame.step)
            case Action.BACK:
                self._go_back()
            case Action.RETURN:
                self.return_from_menu()

    def go_to(self, step_key: str) -> None:
        """Enter a step of the current menu once this event's work is done."""
        self._next_step = step_key

    def open_menu(self, graph: Graph) -> None:
        """Enter `graph` as a submenu, or as the first menu of the call."""
        opened_in = self.state.visit if self.state.frames else 0
        self.change(frames=(*self.state.frames, Frame(graph.sha256, opened_in=opened_in)))
        self.set_defaults(graph)
        self.go_to(graph.entry)

    def return_from_menu(self) -> None:
        """Leave the current menu: to the step that opened it, or hang up when none did."""
        if len(self.state.frames) < 2:
            self.hang_up(CallOutcome.COMPLETED)
            return
        opened_in = self.frame.opened_in
        self.change(frames=self.state.frames[:-1])
        self.record(StepLeft(self.now, opened_in, "done"))
        step = self.step
        edge = step.exit_edge("done") if step else None
        if edge is None:
            self.hang_up(
                CallOutcome.FAILED, told(reasons.NO_WAY_ON, step=self.frame.step, exit="done")
            )
        else:
            self._take(edge)

    def hang_up(self, outcome: CallOutcome, reason: str = "") -> None:
        """End the call: nothing queued before is wanted any more."""
        self._next_step = ""
        self.retire_earlier()
        self.send(HangUp())
        self.change(phase=Phase.ENDING, outcome=outcome, reason=reason)
        self.wake_in(HANGUP_PATIENCE_MS)

    def end(self, outcome: CallOutcome, reason: str = "", at: int = 0) -> None:
        """The call is over on the network's side, since `at` where that is known."""
        self._next_step = ""
        self.change(
            phase=Phase.ENDED,
            outcome=outcome,
            reason=reason,
            wake_at=None,
            current_seq=self.state.next_seq,
            ended_at=at or self.now,
        )
        self.record(CallEnded(at or self.now, outcome, reason))

    def alert(self, code: str, message: str) -> None:
        self.record(AlertRaised(self.now, code, message))

    def run_to_rest(self) -> None:
        """Enter steps until one waits for an event or the call is being ended."""
        while self._next_step and self.state.phase is Phase.RUNNING:
            step_key, self._next_step = self._next_step, ""
            self._enter(step_key)

    def _enter(self, step_key: str) -> None:
        graph, frame = self.graph, self.frame
        step = graph.steps.get(step_key)
        kind = kind_named(step.kind) if step else None
        if step is None or kind is None:
            self.hang_up(CallOutcome.FAILED, told(reasons.NOT_OF_THIS_RELEASE, step=step_key))
            return
        place = f"{graph.menu}/{step_key}"
        visits = dict(self.state.visits)
        visits[place] = visits.get(place, 0) + 1
        trail = frame.trail
        if kind.takes_input and trail[-1:] != (step_key,):
            trail = (*trail[-19:], step_key)
        self.change(
            frames=(*self.state.frames[:-1], replace(frame, step=step_key, trail=trail)),
            visit=self.state.visit + 1,
            visits=visits,
            step_kind=step.kind,
            progress=None,
            current_seq=self.state.next_seq,
        )
        if broken := self.limits.broken_by(self.state, place, self.now):
            self.hang_up(CallOutcome.FAILED, broken)
            return
        self.record(
            StepEntered(self.now, self.state.visit, step_key, graph.sha256, self.state.language)
        )
        mind_secrets(self, step)
        kind.enter(self, step)

    def note_exit(self, exit_name: str) -> None:
        if self.state.visit:
            self.record(StepLeft(self.now, self.state.visit, exit_name))

    def _go_back(self) -> None:
        """To the step before this one that asked for input, in this menu or the one above."""
        frames = self.state.frames
        left: list[Fact] = []
        while frames:
            frame = frames[-1]
            trail = frame.trail[:-1] if frame.trail[-1:] == (frame.step,) else frame.trail
            if trail:
                self.change(frames=(*frames[:-1], replace(frame, trail=trail[:-1])))
                self.facts += left
                self.go_to(trail[-1])
                return
            if frame.opened_in:
                left.append(StepLeft(self.now, frame.opened_in, Action.BACK))
            frames = frames[:-1]
        self.go_to(self.frame.step)


def join_words(texts: list[str], kind: WordsKind) -> str:
    """Several texts of one voice as one; SSML documents become one document."""
    if kind is not WordsKind.SSML:
        return " ".join(text.strip() for text in texts).strip()
    root = root_tag(texts[-1])
    inner = [text.strip().removeprefix(root_tag(text)).removesuffix("</speak>") for text in texts]
    return f"{root or '<speak>'}{' '.join(inner)}</speak>"


def root_tag(text: str) -> str:
    """The opening tag of an SSML document, with its attributes; "" where there is none."""
    found = _ROOT.match(text.strip())
    return found.group() if found else ""


def sounding_ms(sound: Speech | Audio | None) -> int:
    """How long a sound takes at the most, in milliseconds: generous, it only sets deadlines."""
    if sound is None:
        return 0
    if isinstance(sound, Speech):
        return speaking_ms(sound.text, ssml=sound.ssml)
    return sound.duration_ms + 2_000 if sound.duration_ms else UNKNOWN_AUDIO_MS
