"""A network and a caller who do as drawn numbers say: events late, lost, doubled, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.engine.line import Line
from tests.engine.menus import any_entry, by, gather, in_range, menu, on, otherwise, step, wish
from tests.engine.models_on_the_line import IDS, any_news, reactions
from voicegather.engine.advance import Advance
from voicegather.engine.commands import (
    Gather,
    GatherByAi,
    HangUp,
    Play,
    RunValidators,
    StartAssistant,
    StartRecording,
    StopAssistant,
    StopGather,
    StopRecording,
    Transfer,
)
from voicegather.engine.events import (
    CallAnswered,
    CallHungUp,
    CallInitiated,
    CommandAccepted,
    CommandFailed,
    ConversationEnded,
    Event,
    FoldingFailed,
    GatherEnded,
    GatherStatus,
    KeyPressed,
    PromptEnded,
    PromptFate,
    RecordingFailed,
    RecordingSaved,
    RecordingTranscribed,
    TargetAnswered,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
    TimerDue,
    Unknown,
)
from voicegather.engine.facts import (
    AttemptEnded,
)
from voicegather.engine.limits import Limits
from voicegather.engine.secret import Secret
from voicegather.engine.state import Phase
from voicegather.engine.steps.asking import Asking

WISHES = (wish("0", target="ring"), wish("*", "repeat"), wish("#", "back"))

FIELDS = [
    {"name": "age", "type": "integer", "description": "The age"},
    {"name": "name", "description": "The name", "validator": "known", "required": False},
    {
        "name": "plan",
        "type": "choice",
        "description": "The plan",
        "choices": ["gold", "silver"],
        "required": False,
    },
    {"name": "since", "type": "date", "description": "Since when", "required": False},
    {"name": "sure", "type": "boolean", "description": "Whether sure", "required": False},
]

STEPS = {
    "notice": step(
        "message",
        by("done", "welcome"),
        by("failure", "broken"),
        prompt="notice",
        uninterrupted=True,
    ),
    "welcome": step("message", by("done", "pick"), by("failure", "broken"), prompt="welcome"),
    "pick": gather(
        on("1", "account"),
        in_range("20-29", "sub"),
        on("3", "ring"),
        on("4", "form"),
        on("5", "helper"),
        on("6", "voice"),
        *WISHES,
        prompt="pick",
    ),
    "account": gather(
        any_entry("fork"),
        *WISHES,
        prompt="account",
        read_back="is_it",
        maximum_digits=4,
        no_input_prompts=["quiet"],
    ),
    "fork": step("branch", otherwise("pin"), variable="account"),
    "pin": gather(
        any_entry("pick"), prompt="pin", type_ahead="flush", maximum_digits=4, sensitivity="secret"
    ),
    "form": step(
        "ai_gather",
        {"match": "field", "value": "plan=gold", "target": "helper"},
        by("done", "pick"),
        by("no_input", "pick"),
        by("invalid", "helper"),
        by("failure", "pick"),
        by("no_consent", "pick"),
        fields=FIELDS,
        consent_prompt="may_we",
        deadline_seconds=60,
    ),
    "helper": step(
        "assistant",
        by("done", "form"),
        by("failure", "pick"),
        by("time_limit", "ring"),
        assistant="assistant-1",
        time_limit_seconds=60,
    ),
    "voice": step(
        "record",
        by("done", "pick"),
        by("no_input", "pick"),
        by("failure", "taped"),
        by("no_consent", "pick"),
        prompt="say",
        review_prompt="review",
        consent_prompt="may_we",
        longest_s=30,
    ),
    "taped": step(
        "record",
        by("done", "pin"),
        by("failure", "pick"),
        by("no_consent", "pick"),
        records="call",
    ),
    "sub": step("submenu", by("done", "pick"), by("failure", "broken"), menu="inner"),
    "ring": step(
        "transfer",
        by("busy", "pick"),
        by("no_answer", "pick"),
        by("failure", "broken"),
        by("done", "pick"),
        to="+13125550177",
        prompt="moment",
    ),
}
MAIN = menu(STEPS)
#: The same, for callers whom a model greets.
TALKS = tuple(menu(STEPS, entry=each) for each in ("form", "helper"))
#: The same, for callers who are recorded.
TAPES = tuple(menu(STEPS, entry=each) for each in ("voice", "taped"))
INNER = menu(
    {"which": gather({"match": "digits", "value": "1", "action": "return"}, *WISHES, prompt="w")}
    | {"ring": step("hangup")},
    name="inner",
)
LIMITS = Limits(visits_a_step=4, steps_a_call=30, minutes_a_call=5)

#: What callers enter: mostly something sensible.
ENTRIES = st.one_of(
    st.sampled_from(["1", "1", "25", "3", "4", "4", "5", "6", "1234", "12#", ""]),
    st.text("0123456789*#", max_size=6),
)


@dataclass
class Network:
    """A network and a caller who do as the drawn numbers say, to one call."""

    data: st.DataObject
    line: Line = field(default_factory=lambda: Line(MAIN, INNER, limits=LIMITS))
    #: Events on their way to us.
    flying: list[Event] = field(default_factory=list)
    #: What the caller entered in a gather whose end arrived while it was the attempt under way.
    heard: list[str] = field(default_factory=list)
    gathers: dict[int, str] = field(default_factory=dict)
    #: The channels of what is being recorded, by the number of its command.
    recorded: dict[int, str] = field(default_factory=dict)

    def draw(self, strategy: st.SearchStrategy) -> object:
        return self.data.draw(strategy)

    def run(self, rounds: int) -> None:
        self.flying += [CallInitiated(self.line.tick()), CallAnswered(self.line.tick())]
        for _ in range(rounds):
            self._step()
            if self.line.is_over and not self.flying:
                return

    def _step(self) -> None:
        self.line.tick(self.draw(st.sampled_from([1, 30, 900, 20_000])))
        match self.draw(
            st.sampled_from(["deliver"] * 12 + ["lose", "timer", "timer", "key", "odd"])
        ):
            case "deliver" if self.flying:
                last = len(self.flying) - 1
                at = self.draw(st.one_of(st.just(0), st.just(0), st.integers(0, last)))
                twice = self.draw(st.sampled_from([False, False, False, True]))
                event = self.flying[at] if twice else self.flying.pop(at)
                self.feed(event)
            case "lose" if self.flying:
                self.flying.pop(self.draw(st.integers(0, len(self.flying) - 1)))
            case "timer":
                self.feed(TimerDue(self.line.now))
            case "key" if self.gathers:
                seq = self.draw(st.sampled_from([*self.gathers, None]))
                self.flying.append(self._key(seq))
            case "odd":
                self.flying.append(self.draw(st.sampled_from(self._odd())))

    def _key(self, seq: int | None) -> KeyPressed:
        key = self.draw(st.sampled_from("0123456789*#A"))
        return KeyPressed(self.line.tick(1), Secret(key), seq)

    def _odd(self) -> list[Event]:
        now = self.line.tick(1)
        return [
            CallHungUp(now),
            FoldingFailed(now),
            Unknown(now, "call.new"),
            any_news(self.draw, now, self.draw(st.none() | st.integers(1, 40))),
            CommandFailed(now, self.draw(st.integers(1, 40)), 500),
            CommandFailed(now, self.draw(st.integers(1, 40)), 422, "90018"),
            GatherEnded(now, GatherStatus.CANCELLED, None, None),
        ]

    def feed(self, event: Event) -> None:
        before = self.line.state
        result = self.line.feed(event)
        self._check(result)
        self._remember_input(before, event)
        for outgoing in result.commands:
            self._react(outgoing.seq, outgoing.command)

    def _check(self, result: Advance) -> None:
        over = result.state.phase is Phase.ENDED
        assert (result.wake_at is None) == over
        if over:
            assert all(
                isinstance(each.command, HangUp) and each.unconditional for each in result.commands
            )

    def _remember_input(self, before: object, event: Event) -> None:
        """A finished entry must be in the facts of the very event that brought it."""
        asking = before.progress  # type: ignore[attr-defined]
        if not isinstance(event, GatherEnded) or event.seq is None or not event.digits:
            return
        current = isinstance(asking, Asking) and event.seq in (asking.seq, asking.stop_seq)
        if not current or before.phase is not Phase.RUNNING:  # type: ignore[attr-defined]
            return
        if event.status is GatherStatus.CANCELLED and not asking.stop_seq:
            return
        self.heard.append(event.digits.reveal())
        told = [
            each.digits.reveal()
            for each in self.line.facts[-12:]
            if isinstance(each, AttemptEnded) and each.digits and each.attempt == asking.attempt
        ]
        stripped = event.digits.reveal().removesuffix(asking.terminator or "\0")
        # Keys without a token may have been pressed ahead: then they are the entry.
        if not asking.prefix and all(each.placed for each in asking.keys):
            assert (stripped or asking.terminator) in told

    def _react(self, seq: int, command: object) -> None:
        """What the network and the caller make of a command; all of it is on its way."""
        now = self.line.tick(1)
        if self.draw(st.sampled_from([True] * 19 + [False])):
            named = isinstance(command, GatherByAi | StartAssistant) and self.draw(st.booleans())
            self.flying.append(CommandAccepted(now, seq, f"c-{seq}" if named else ""))
        else:
            status, code = self.draw(st.sampled_from([(422, "10032"), (500, ""), (401, "10009")]))
            self.flying.append(CommandFailed(now, seq, status, code))
            return
        token = self.draw(st.sampled_from([seq, seq, seq, None]))
        match command:
            case Gather():
                self._gather(seq, token, command)
            case StopGather():
                entered = next(reversed(self.gathers.values()), "")
                self._gather_ends(entered, token, st.sampled_from(list(GatherStatus)))
            case Play():
                fate = self.draw(st.sampled_from(list(PromptFate)))
                self.flying.append(PromptEnded(now, fate, token))
            case Transfer():
                self._ring(token)
            case GatherByAi() | StartAssistant() | RunValidators():
                self.flying += reactions(self.draw, lambda: self.line.tick(1), seq, token, command)
            case StartRecording() | StopRecording():
                self._record(seq, command)
            case StopAssistant():
                self.flying.append(ConversationEnded(now, self.draw(IDS), seq=token))
            case HangUp(leg=""):
                self.flying.append(CallHungUp(now, "normal_clearing", "callee"))
            case HangUp():
                self.flying.append(CommandFailed(now, seq, 422, "90018"))

    def _gather(self, seq: int, token: int | None, command: Gather) -> None:
        keys = self.draw(ENTRIES)[: command.maximum_digits]
        if command.terminator and command.terminator in keys:
            keys = keys[: keys.index(command.terminator) + 1]
        self.gathers[seq] = keys
        for key in keys:
            self.flying.append(KeyPressed(self.line.tick(1), Secret(key), token))
        if command.prompt is not None:
            self.flying.append(PromptEnded(self.line.tick(1), PromptFate.INTERRUPTED, token))
        self._gather_ends(keys, token, st.sampled_from(list(GatherStatus)))

    def _gather_ends(self, keys: str, token: int | None, statuses: st.SearchStrategy) -> None:
        status = self.draw(statuses)
        said = self.draw(st.sampled_from([keys, keys, keys.rstrip("#"), "", None]))
        digits = None if said is None else Secret(said)
        self.flying.append(GatherEnded(self.line.tick(1), status, digits, token))

    def _record(self, seq: int, command: StartRecording | StopRecording) -> None:
        """Some are ended by themselves, some by a key or a stop, and some are lost."""
        if isinstance(command, StartRecording):
            self.recorded[seq] = "dual" if command.both_sides else "single"
            for key in self.draw(st.sampled_from(["", "", "#", "5#"])):
                self.flying.append(KeyPressed(self.line.tick(5), Secret(key), seq))
            if self.draw(st.booleans()):
                return
        began = self.line.now
        ended = self.line.tick(self.draw(st.sampled_from([1, 300, 9_000])))
        token = self.draw(st.sampled_from([seq, self.line.state.next_seq, None]))
        if self.draw(st.sampled_from([False] * 9 + [True])):
            self.flying.append(RecordingFailed(ended, "Internal server error", token))
            return
        for each, channels in self.recorded.items():
            name = self.draw(st.sampled_from([f"r-{each}", ""]))
            address = Secret(f"https://recordings.example.com/{each}.mp3")
            moments = self.draw(st.sampled_from([(began, ended), (0, 0)]))
            self.flying.append(
                RecordingSaved(ended, name, address, "mp3", channels, *moments, token)
            )
            text = RecordingTranscribed(self.line.tick(1), name, Secret("Hello"), token)
            self.flying.append(text)
        self.recorded.clear()

    def _ring(self, token: int | None) -> None:
        leg = f"v3:{self.line.now}"
        self.flying.append(TargetInitiated(self.line.tick(1), leg, token))
        fate = self.draw(st.sampled_from(list(TargetFate)))
        if fate is TargetFate.ENDED:
            self.flying.append(TargetAnswered(self.line.tick(1), leg, token))
        self.flying.append(TargetHungUp(self.line.tick(1), leg, fate, token))
