"""One act of a test call: the network's side of it, and the engine's answer, until all rests.

Pure but for what the engine looks up: the same line and the same act lead to the same line.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from voicegather.engine.advance import advance
from voicegather.engine.commands import (
    Answer,
    Audio,
    Command,
    Gather,
    GatherByAi,
    HangUp,
    Outgoing,
    Play,
    Reject,
    RunHandler,
    RunValidators,
    Speech,
    StartAssistant,
    StartRecording,
    StopAssistant,
    StopGather,
    StopPlaying,
    StopRecording,
    Transfer,
)
from voicegather.engine.events import (
    AiGatherEnded,
    AiGatherStatus,
    CallAnswered,
    CallHungUp,
    ConversationEnded,
    Event,
    GatherEnded,
    GatherStatus,
    PromptEnded,
    PromptFate,
    RecordingSaved,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
)
from voicegather.engine.facts import ConversationKind, Fact, StepEntered, StepLeft
from voicegather.engine.graph import Menus, StepNode
from voicegather.engine.limits import Limits
from voicegather.engine.secret import Secret
from voicegather.engine.state import Phase
from voicegather.engine.turn import sounding_ms
from voicegather.services.trials.network import (
    AskedHandler,
    AskedValidators,
    Gathering,
    Line,
    Modelling,
    Network,
    Recorded,
    Target,
    Visited,
)
from voicegather.services.trials.telling import (
    Entry,
    Masker,
    command_entry,
    fact_entries,
    said_entry,
)

#: How long things take that callers and networks do at once, in milliseconds.
KEY_MS = 300
NETWORK_MS = 100
#: Audio of unknown length.
AUDIO_MS = 5_000


class Surroundings(Menus, Protocol):
    """What a test call looks up."""

    def refusal_of(self, to: str) -> str:
        """Why the site's rules forbid to ring `to`, "" where they do not."""


class Exchange:
    """Lives for one act; afterwards `line()` is where the call stands, and `log` what happened."""

    #: How long the network's answers take, in milliseconds.
    network_ms = NETWORK_MS

    def __init__(self, menus: Surroundings, line: Line, limits: Limits) -> None:
        self.menus = menus
        self.limits = limits
        self.state = line.state
        self.now = line.now
        self.network = line.network
        self.path = list(line.path)
        self.log: list[Entry] = []
        self._coming: deque[Callable[[int], Event | None]] = deque()
        self._playing: deque[tuple[int, int]] = deque()

    def line(self) -> Line:
        return Line(self.state, self.now, self.network, tuple(self.path))

    def change(self, **changes: object) -> None:
        """Set what the network has under way."""
        self.network = replace(self.network, **changes)  # type: ignore[arg-type]

    # -- events to the engine ------------------------------------------------------------------

    def feed(self, event: Event) -> None:
        """Have the engine fold one event, and carry out what it asks for."""
        step = advance(self.menus, self.state, event, self.now, self.limits)
        self.state = step.state
        for fact in step.facts:
            self.follow(fact)
            self.note(fact)
        wanted = [
            each
            for each in step.commands
            if each.unconditional or each.seq >= self.state.current_seq
        ]
        self.tell(wanted)
        for outgoing in wanted:
            self._carry_out(outgoing.seq, outgoing.command)
        if self.state.phase is Phase.ENDED:
            self.network = Network()
            self._coming.clear()
            self._playing.clear()

    def settle(self) -> None:
        """Let the network's answers come."""
        while self._coming:
            event = self._coming.popleft()(self.now + self.network_ms)
            if event is not None:
                self.now += self.network_ms
                self.feed(event)

    def rest(self) -> None:
        """Let answers come and prompts be heard to their ends."""
        self.settle()
        while self.hear_next():
            self.settle()

    def hear_next(self) -> bool:
        """Have the next prompt heard to its end; whether there was one."""
        if not self._playing:
            return False
        seq, milliseconds = self._playing.popleft()
        self.now += milliseconds
        self.feed(PromptEnded(self.now, PromptFate.COMPLETED, seq))
        return True

    # -- what the engine asks for --------------------------------------------------------------

    def _carry_out(self, seq: int, command: Command) -> None:
        match command:
            case Answer():
                self._coming.append(CallAnswered)
            case Reject() | HangUp(leg=""):
                self._coming.append(lambda at: CallHungUp(at, "normal_clearing", "callee"))
            case HangUp():
                self.change(target=None)
            case Play(prompt=prompt):
                self._playing.append((seq, self.heard_ms(prompt)))
            case StopPlaying():
                self._playing.clear()
            case Gather():
                self._playing.clear()
                self.change(gathering=_gathering(seq, command, self.heard_ms(command.prompt)))
            case StopGather():
                self._coming.append(lambda at: self._gather_ended(at, GatherStatus.CANCELLED))
            case GatherByAi():
                kind, silence = ConversationKind.AI_GATHER, command.response_timeout_ms
                self.change(model=Modelling(seq, kind, dict(command.schema), silence))
            case StartAssistant():
                self.change(model=Modelling(seq, ConversationKind.ASSISTANT))
            case StopAssistant():
                self._stop_model()
            case Transfer():
                target = Target(
                    seq,
                    to=command.to,
                    leg=f"target-{seq}",
                    keeps_caller=command.keep_caller,
                    rings_ms=command.timeout_s * 1000,
                )
                self.change(target=target)
                if refusal := self.menus.refusal_of(command.to):
                    self.log.append({"kind": "refusal", "text": refusal})
                self._coming.append(lambda at: TargetInitiated(at, target.leg, seq))
            case StartRecording(both_sides=False):
                recorded = Recorded(
                    seq, self.now, command.silence_s * 1000, command.longest_s * 1000
                )
                self.change(recording=recorded)
            case StopRecording():
                self.end_recording()
            case RunHandler():
                self.change(handler=AskedHandler(seq, command))
            case RunValidators():
                self.change(validators=AskedValidators(seq, command))

    def _stop_model(self) -> None:
        model = self.network.model
        if model is None:
            return
        if model.kind is ConversationKind.AI_GATHER:
            self.model_ends(AiGatherStatus.INVALID, None)
        else:
            self.assistant_ends("stopped")

    # -- how things end ------------------------------------------------------------------------

    def end_gather(self, status: GatherStatus) -> None:
        """The network ends the gather; the news of it comes next."""
        self._coming.append(lambda at: self._gather_ended(at, status))

    def end_recording(self, milliseconds: int | None = None) -> None:
        """The network saves the message, so long or up to now.

        Nobody can listen to it, for nobody spoke.
        """
        recorded = self.network.recording
        if recorded is None:
            return
        ended = self.now if milliseconds is None else recorded.began + milliseconds
        self.change(recording=None)
        name, seq = f"pretended-{recorded.seq}", recorded.seq
        self._coming.append(
            lambda at: RecordingSaved(
                at, name, Secret(""), "mp3", "single", recorded.began, ended, seq
            )
        )

    def _gather_ended(self, at: int, status: GatherStatus) -> Event | None:
        gathering = self.network.gathering
        if gathering is None:
            return None
        self.change(gathering=None)
        return GatherEnded(at, status, gathering.digits or None, gathering.seq)

    def model_ends(self, status: AiGatherStatus, values: dict[str, object] | None) -> None:
        """An AI gather ends; its conversation's own end is told a moment later."""
        self.model_tells(
            status, None if values is None else Secret(json.dumps(values, ensure_ascii=False))
        )

    def model_tells(self, status: AiGatherStatus, result: Secret | None) -> None:
        """As `model_ends`, with the result as the JSON text that it comes as."""
        model = self.network.model
        assert model is not None
        self.change(model=None)
        seq, messages = model.seq, model.messages
        self._coming.append(lambda at: AiGatherEnded(at, status, result, seq, messages))
        self._coming.append(lambda at: ConversationEnded(at, "", seq=seq, messages=messages))

    def assistant_ends(self, reason: str) -> None:
        model = self.network.model
        assert model is not None
        self.change(model=None)
        seq, messages = model.seq, model.messages
        self._coming.append(
            lambda at: ConversationEnded(at, "", reason, messages=messages, seq=seq)
        )

    def target_ends(self, fate: TargetFate) -> None:
        target = self.network.target
        assert target is not None
        self.change(target=None)
        self._coming.append(lambda at: TargetHungUp(at, target.leg, fate, target.seq))
        if target.answered and not target.keeps_caller:
            self._coming.append(lambda at: CallHungUp(at, "normal_clearing", "callee"))

    # -- the log -------------------------------------------------------------------------------

    def heard_ms(self, sound: Speech | Audio | None) -> int:
        """How long the caller listens to a sound, in milliseconds."""
        return heard_ms(sound)

    def tell(self, commands: Sequence[Outgoing]) -> None:
        """Put what is sent into the log."""
        mask = Masker(self.state)
        for outgoing in commands:
            said = said_entry(outgoing.command, self.state.language, mask)
            if said is not None:
                self.log.append(said)
            self.log.append(command_entry(outgoing, self.state.token, mask))

    def follow(self, fact: Fact) -> None:
        """Follow the call from step to step."""
        match fact:
            case StepEntered():
                menu = self.menus.graph(fact.graph).menu
                self.path.append(Visited(fact.visit, menu, fact.step, fact.graph))
            case StepLeft():
                self.path = [
                    replace(each, exit=fact.exit) if each.visit == fact.visit else each
                    for each in self.path
                ]

    def note(self, fact: Fact) -> None:
        """Put what came to pass into the log."""
        place = self._place_of(getattr(fact, "visit", 0))
        step = self.node_at(place)
        self.log += fact_entries(fact, step, place.menu if place else "")

    def _place_of(self, visit: int) -> Visited | None:
        return next((each for each in reversed(self.path) if each.visit == visit), None)

    def node_at(self, place: Visited | None) -> StepNode | None:
        return self.menus.graph(place.graph).steps.get(place.step) if place else None

    def step_under_way(self) -> StepNode | None:
        return self.node_at(self.path[-1]) if self.path else None


def heard_ms(sound: Speech | Audio | None) -> int:
    """How long a caller listens to a sound, in milliseconds."""
    if isinstance(sound, Audio):
        return sound.duration_ms or AUDIO_MS
    return sounding_ms(sound)


def _gathering(seq: int, command: Gather, prompt_ms: int) -> Gathering:
    return Gathering(
        seq,
        maximum=command.maximum_digits,
        terminator=command.terminator,
        silence_ms=prompt_ms + command.first_digit_timeout_ms,
        pause_ms=command.inter_digit_timeout_ms,
    )
