"""Keypad input: ask, judge what came, ask again, and leave by the choice or the exit it takes.

Each attempt is a command of its own, so every attempt is in the ledger and silence and wrong keys
keep their own counters, prompts and exits. Telnyx is asked for any key and the entry is judged
here: with restricted keys it may drop what it rejects, and a wrong key would look like silence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from voicegather.engine.choices import EntryChoices
from voicegather.engine.commands import Gather, StopGather
from voicegather.engine.config import Role, setting
from voicegather.engine.edges import Edge
from voicegather.engine.events import (
    CommandFailed,
    Event,
    GatherEnded,
    GatherStatus,
    KeyPressed,
    PromptEnded,
)
from voicegather.engine.facts import (
    AttemptBegan,
    AttemptEnded,
    AttemptOutcome,
    AttemptPurpose,
    CallOutcome,
    InputGathered,
)
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.secret import Secret
from voicegather.engine.steps.asking import Asking, take_typed_ahead, text_of, with_key
from voicegather.engine.turn import Turn, sounding_ms

#: The field under which a keypad entry is kept.
FIELD = "digits"
#: The prompt variable that holds an entry while it is read back.
ENTRY_VARIABLE = "entry"
SLACK_MS = 8_000
#: After our own stop, and after a gather that somebody else cancelled.
STOP_PATIENCE_MS = 4_000
CANCELLED_PATIENCE_MS = 1_000
HANGUP_PATIENCE_MS = 5_000


class TypeAhead(StrEnum):
    """What becomes of keys pressed before the prompt: they count, or they are dropped."""

    ACCEPT = "accept"
    FLUSH = "flush"


@dataclass(frozen=True)
class GatherSettings:
    prompt: str = setting(
        label="Prompt",
        help="The question. Empty: the caller hears nothing and may press keys.",
        default="",
        role=Role.PROMPT,
    )
    no_input_prompts: tuple[str, ...] = setting(
        label="After silence",
        help="One prompt an attempt: the first after the first silence, and so on; the last one "
        "repeats. Empty: the question again.",
        default=(),
        role=Role.PROMPT,
    )
    invalid_prompts: tuple[str, ...] = setting(
        label="After a wrong entry",
        help="One prompt an attempt, as for silence.",
        default=(),
        role=Role.PROMPT,
    )
    no_input_limit: int = setting(
        label="Silences allowed",
        help="After so many attempts without a key the step leaves by no_input.",
        default=3,
        minimum=1,
        maximum=9,
    )
    invalid_limit: int = setting(
        label="Wrong entries allowed",
        help="After so many wrong entries the step leaves by invalid.",
        default=3,
        minimum=1,
        maximum=9,
    )
    minimum_digits: int = setting(
        label="Fewest digits",
        help="For the choice any: an entry with fewer digits is wrong.",
        default=1,
        minimum=1,
        maximum=128,
    )
    maximum_digits: int = setting(
        label="Most digits",
        help="For the choice any, and for patterns that end in a full stop.",
        default=16,
        minimum=1,
        maximum=128,
    )
    terminator: str = setting(
        label="Ending key",
        help="Ends entries whose length varies: # or *. Empty: only time ends them.",
        default="#",
    )
    first_digit_timeout_ms: int = setting(
        label="Wait for the first key (ms)",
        help="Counted from the end of the prompt.",
        default=5_000,
        minimum=1,
        maximum=120_000,
    )
    inter_digit_timeout_ms: int = setting(
        label="Wait between keys (ms)",
        help="An entry whose length varies is over after this silence.",
        default=3_000,
        minimum=1,
        maximum=120_000,
    )
    type_ahead: TypeAhead = setting(
        label="Keys before the prompt",
        help="accept: callers who know the menu may type ahead. flush: only keys pressed after "
        "the question began count.",
        default=TypeAhead.ACCEPT,
    )
    read_back: str = setting(
        label="Read-back prompt",
        help="Repeats {{ entry|digits }} and asks to confirm. Empty: entries are taken at once.",
        default="",
        role=Role.PROMPT,
    )
    confirm_key: str = setting(label="Key to confirm", help="At the read-back.", default="1")
    reenter_key: str = setting(label="Key to enter again", help="At the read-back.", default="2")
    variable: str = setting(
        label="Variable",
        help="The name under which prompts, branches and results know the entry; empty: the "
        "step's key.",
        default="",
        role=Role.VARIABLE,
    )
    speak_secret: bool = setting(
        label="May be spoken although it is sensitive",
        help="Allows prompts and the read-back to speak a masked or secret entry.",
        default=False,
    )


class GatherStep(StepKind):
    name = "gather"
    label = "Gather digits"
    Settings = GatherSettings
    Progress = Asking
    takes_input = True

    def required_exits(self, settings: GatherSettings) -> tuple[str, ...]:
        return ("no_input", "invalid", "failure")

    # -- asking --------------------------------------------------------------------------------

    def enter(self, turn: Turn, step: StepNode) -> None:
        asking = Asking(prelude=turn.prelude)
        turn.prelude = ()
        self._ask(turn, step, asking, step.settings.prompt)

    def _ask(self, turn: Turn, step: StepNode, asking: Asking, prompt: str) -> None:
        """Begin the next attempt: with keys typed ahead if they will do, else with a gather."""
        settings: GatherSettings = step.settings
        choices = _choices(step, asking.purpose)
        asking = replace(
            asking,
            attempt=asking.attempt + 1,
            prompt=prompt,
            prefix=(),
            keys=(),
            seq=0,
            stop_seq=0,
            closed=False,
            terminator=settings.terminator if choices.longest > 1 else "",
        )
        waiting = turn.state.typed_ahead
        turn.change(typed_ahead=())
        if waiting and _accepts_type_ahead(step, asking):
            ahead = take_typed_ahead(choices, waiting, asking.terminator)
            if ahead.complete:
                turn.change(typed_ahead=ahead.rest, progress=asking)
                self._note_began(turn, asking, None)
                self._judge(turn, step, asking, ahead.entry)
                return
            asking = replace(asking, prefix=waiting)
        self._issue(turn, step, asking, choices)

    def _issue(self, turn: Turn, step: StepNode, asking: Asking, choices: EntryChoices) -> None:
        settings: GatherSettings = step.settings
        sound = None if asking.prefix else turn.sound((*asking.prelude, asking.prompt))
        first_ms, next_ms = settings.first_digit_timeout_ms, settings.inter_digit_timeout_ms
        maximum = choices.longest - len(asking.prefix)
        seq = turn.send(
            Gather(
                prompt=sound,
                maximum_digits=maximum,
                terminator=asking.terminator,
                first_digit_timeout_ms=next_ms if asking.prefix else first_ms,
                inter_digit_timeout_ms=next_ms,
            )
        )
        patience = first_ms + next_ms * (maximum - 1) + SLACK_MS
        asking = replace(asking, seq=seq, maximum=maximum, patience_ms=patience)
        turn.change(progress=asking, open_gathers=(*turn.state.open_gathers, seq))
        turn.wake_in(sounding_ms(sound) + patience)
        self._note_began(turn, asking, seq)

    def _note_began(self, turn: Turn, asking: Asking, seq: int | None) -> None:
        turn.record(
            AttemptBegan(
                turn.now, turn.state.visit, asking.attempt, asking.purpose, seq, asking.prompt
            )
        )

    # -- hearing -------------------------------------------------------------------------------

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        asking: Asking = turn.state.progress
        match event:
            case KeyPressed():
                self._on_key(turn, step, asking, event)
            case GatherEnded() if _concerns(turn, asking, event):
                self._on_ended(turn, step, asking, event)
            case PromptEnded(seq=asking.seq) if not asking.keys and not asking.stop_seq:
                turn.wake_in(asking.patience_ms)

    def _on_key(self, turn: Turn, step: StepNode, asking: Asking, event: KeyPressed) -> None:
        if event.seq is None or event.seq in (asking.seq, asking.stop_seq):
            if event.seq is None and event.at <= turn.state.keys_counted_to:
                return
            asking = replace(asking, keys=with_key(asking.keys, event))
        elif event.at > turn.state.keys_counted_to and _accepts_type_ahead(step, asking):
            asking = replace(asking, prefix=with_key(asking.prefix, event))
        else:
            return
        turn.change(progress=asking)
        if not asking.stop_seq and _is_complete(step, asking):
            turn.change(progress=replace(asking, stop_seq=turn.send(StopGather())))
            turn.wake_in(STOP_PATIENCE_MS)

    def _on_ended(self, turn: Turn, step: StepNode, asking: Asking, event: GatherEnded) -> None:
        turn.change(keys_counted_to=max(turn.state.keys_counted_to, event.at))
        digits = event.digits.reveal() if event.digits else ""
        if event.status is GatherStatus.CALL_HANGUP:
            self._note_hung_up(turn, step, asking, digits)
            turn.wake_in(HANGUP_PATIENCE_MS)
            return
        nobody_stopped = not asking.stop_seq
        cancelled = event.status is GatherStatus.CANCELLED
        unclear = event.status is GatherStatus.UNKNOWN and not digits and not asking.typed
        if nobody_stopped and (cancelled or unclear):
            turn.wake_in(CANCELLED_PATIENCE_MS)
            return
        entry = _entry(asking, digits, event.status)
        if entry:
            self._judge(turn, step, asking, entry, event.status)
        else:
            self._no_input(turn, step, asking, event.status)

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        asking: Asking = turn.state.progress
        if asking.closed:
            turn.end(CallOutcome.CALLER_HUNG_UP, "the gather said so, no hang-up came")
        elif asking.typed:
            turn.change(keys_counted_to=turn.now)
            entry = _entry(asking, "", GatherStatus.UNKNOWN)
            self._judge(turn, step, asking, entry)
        elif asking.reissued:
            self._fail(turn, step, asking)
        else:
            self._note_ended(turn, asking, AttemptOutcome.ERROR, None)
            self._ask(turn, step, replace(asking, reissued=1), asking.prompt)

    def on_command_failed(self, turn: Turn, step: StepNode, event: CommandFailed) -> None:
        asking: Asking = turn.state.progress
        if event.seq == asking.seq:
            self._fail(turn, step, asking)

    # -- judging -------------------------------------------------------------------------------

    def _judge(
        self,
        turn: Turn,
        step: StepNode,
        asking: Asking,
        entry: str,
        status: GatherStatus | None = None,
    ) -> None:
        """Take the caller's entry: one more question, a choice, or a wrong one."""
        edge = _choices(step, asking.purpose).find(entry)
        valid = edge is not None and not (
            asking.purpose is AttemptPurpose.CONFIRMATION and entry == step.settings.reenter_key
        )
        outcome = AttemptOutcome.VALID if valid else AttemptOutcome.INVALID
        self._note_ended(turn, asking, outcome, Secret(entry), status)
        if edge is None or not valid:
            self._invalid(turn, step, asking, entry)
        elif asking.purpose is AttemptPurpose.CONFIRMATION and asking.candidate is not None:
            taken = asking.candidate
            chosen = step.choices.find(taken.reveal())
            if chosen is not None:
                self._accept(turn, step, chosen, taken)
        elif step.settings.read_back and not edge.inherited:
            turn.set_variable(ENTRY_VARIABLE, Secret(entry), step.sensitivity)
            confirming = replace(
                asking,
                purpose=AttemptPurpose.CONFIRMATION,
                candidate=Secret(entry),
                prelude=(),
                reissued=0,
            )
            self._ask(turn, step, confirming, step.settings.read_back)
        else:
            self._accept(turn, step, edge, Secret(entry))

    def _accept(self, turn: Turn, step: StepNode, edge: Edge, entry: Secret) -> None:
        """A global choice is a wish of the caller, not an answer: it yields no value."""
        value = None if edge.inherited else entry
        if value is not None:
            turn.set_variable(step.settings.variable or step.key, value, step.sensitivity)
        self._note_result(turn, AttemptOutcome.VALID, entry, value, edge.label)
        turn.follow(edge, edge.label)

    def _invalid(self, turn: Turn, step: StepNode, asking: Asking, entry: str) -> None:
        turn.change(typed_ahead=())
        count = asking.invalid + 1
        if count >= step.settings.invalid_limit:
            self._note_result(turn, AttemptOutcome.INVALID, Secret(entry), None)
            turn.leave("invalid")
            return
        again = replace(
            asking,
            invalid=count,
            purpose=AttemptPurpose.ENTRY,
            candidate=None,
            prelude=(),
            reissued=0,
        )
        prompts = step.settings.invalid_prompts
        if asking.purpose is AttemptPurpose.CONFIRMATION and entry == step.settings.reenter_key:
            prompts = ()
        self._ask(turn, step, again, _tapered(prompts, count, step.settings.prompt))

    def _no_input(self, turn: Turn, step: StepNode, asking: Asking, status: GatherStatus) -> None:
        self._note_ended(turn, asking, AttemptOutcome.NO_INPUT, None, status)
        count = asking.no_input + 1
        if count >= step.settings.no_input_limit:
            self._note_result(turn, AttemptOutcome.NO_INPUT, asking.candidate, None)
            turn.leave("no_input")
            return
        again = replace(asking, no_input=count, prelude=(), reissued=0)
        if asking.purpose is AttemptPurpose.CONFIRMATION:
            prompt = step.settings.read_back
        else:
            prompt = _tapered(step.settings.no_input_prompts, count, step.settings.prompt)
        self._ask(turn, step, again, prompt)

    def _fail(self, turn: Turn, step: StepNode, asking: Asking) -> None:
        self._note_ended(turn, asking, AttemptOutcome.ERROR, None)
        self._note_result(turn, AttemptOutcome.ERROR, None, None)
        turn.leave("failure")

    # -- the end of the call -------------------------------------------------------------------

    def abandon(self, turn: Turn, step: StepNode) -> None:
        asking: Asking | None = turn.state.progress
        if asking is not None and not asking.closed:
            self._note_hung_up(turn, step, asking, "")

    def after_end(self, turn: Turn, step: StepNode, event: Event) -> None:
        asking: Asking | None = turn.state.progress
        if asking is None or not isinstance(event, GatherEnded):
            return
        if event.digits and _concerns(turn, asking, event):
            finished = event.status in (GatherStatus.VALID, GatherStatus.INVALID)
            self._note_hung_up(turn, step, asking, event.digits.reveal(), finished=finished)

    def _note_hung_up(
        self, turn: Turn, step: StepNode, asking: Asking, digits: str, *, finished: bool = False
    ) -> None:
        """Write down what was entered until the caller hung up, whole entries as such."""
        entry = _entry(asking, digits, GatherStatus.UNKNOWN)
        raw = Secret(entry) if entry else None
        edge = None
        if finished and asking.purpose is AttemptPurpose.ENTRY and not step.settings.read_back:
            edge = step.choices.find(entry)
        outcome = AttemptOutcome.VALID if edge else AttemptOutcome.HANGUP
        self._note_ended(turn, asking, outcome, raw, GatherStatus.CALL_HANGUP)
        value = raw if edge and not edge.inherited else None
        self._note_result(turn, outcome, raw, value, edge.label if edge else "")
        turn.change(progress=replace(asking, closed=True))

    # -- the ledger ----------------------------------------------------------------------------

    def _note_ended(
        self,
        turn: Turn,
        asking: Asking,
        outcome: AttemptOutcome,
        digits: Secret | None,
        status: GatherStatus | None = None,
    ) -> None:
        turn.record(
            AttemptEnded(turn.now, turn.state.visit, asking.attempt, outcome, digits, status or "")
        )

    def _note_result(
        self,
        turn: Turn,
        outcome: AttemptOutcome,
        raw: Secret | None,
        value: Secret | None,
        choice: str = "",
    ) -> None:
        turn.record(InputGathered(turn.now, turn.state.visit, FIELD, outcome, raw, value, choice))


def _choices(step: StepNode, purpose: AttemptPurpose) -> EntryChoices:
    if purpose is AttemptPurpose.ENTRY:
        return step.choices
    return confirmation_choices(step)


def confirmation_choices(step: StepNode) -> EntryChoices:
    """The two keys of a read-back."""
    from voicegather.engine.edges import Match

    settings: GatherSettings = step.settings
    edges = (
        Edge(Match.DIGITS, settings.confirm_key),
        Edge(Match.DIGITS, settings.reenter_key),
    )
    return EntryChoices.of(edges, fewest=1, most=1)


def _accepts_type_ahead(step: StepNode, asking: Asking) -> bool:
    settings: GatherSettings = step.settings
    return asking.purpose is AttemptPurpose.ENTRY and settings.type_ahead is TypeAhead.ACCEPT


def _concerns(turn: Turn, asking: Asking, event: GatherEnded) -> bool:
    """Whether the gather that ended is this attempt's; notes that it is not open any more.

    An event without a token is the oldest open gather's when it was cancelled (a new gather
    cancels the old one), else this attempt's, if there is any doubt only when it came later.
    """
    open_gathers = turn.state.open_gathers
    seq = event.seq
    if seq is not None and seq == asking.stop_seq:
        seq = asking.seq
    if seq is None:
        oldest_of_several = len(open_gathers) > 1 and event.status is GatherStatus.CANCELLED
        seq = open_gathers[0] if oldest_of_several else asking.seq
    turn.change(open_gathers=tuple(each for each in open_gathers if each != seq))
    return seq == asking.seq


def _is_complete(step: StepNode, asking: Asking) -> bool:
    """Whether no longer entry could match, although the gather itself would wait for one."""
    if len(asking.keys) >= asking.maximum:
        return False
    if asking.terminator and asking.typed.endswith(asking.terminator):
        return False
    return not _choices(step, asking.purpose).could_extend(asking.typed)


def _entry(asking: Asking, digits: str, status: GatherStatus) -> str:
    """The caller's entry without its ending key, "" for silence.

    Whether Telnyx includes the ending key is not documented, so both forms are read. The ending
    key alone is an entry of its own: the caller did press something.
    """
    raw = digits or text_of(asking.keys)
    body = raw.removesuffix(asking.terminator) if asking.terminator else raw
    entry = text_of(asking.prefix) + body
    if entry:
        return entry
    if raw or (status is GatherStatus.VALID and asking.terminator):
        return asking.terminator
    return ""


def _tapered(prompts: tuple[str, ...], count: int, otherwise: str) -> str:
    """The prompt of the `count`-th repetition; the last one repeats."""
    return prompts[min(count, len(prompts)) - 1] if prompts else otherwise
