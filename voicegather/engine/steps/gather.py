"""Keypad input: ask, judge what came, ask again, and leave by the choice or the exit it takes.

Each attempt is a command of its own, so every attempt is in the ledger and silence and wrong keys
keep their own counters, prompts and exits. Telnyx is asked for any key and the entry is judged
here: with restricted keys it may drop what it rejects, and a wrong key would look like silence.
"""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.choices import EntryChoices
from voicegather.engine.commands import Gather, StopGather
from voicegather.engine.edges import Edge
from voicegather.engine.events import (
    CommandFailed,
    Event,
    GatherEnded,
    GatherStatus,
    KeyPressed,
    PromptEnded,
)
from voicegather.engine.facts import AttemptOutcome, AttemptPurpose, CallOutcome
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.secret import Secret
from voicegather.engine.steps.asking import (
    Asking,
    is_complete,
    keys_ahead_of,
    read_attempt,
    read_keys,
    with_key,
)
from voicegather.engine.steps.attempts import FIELD, note_began, note_ended, note_result
from voicegather.engine.steps.attribution import concerns, is_in, is_listening, settle
from voicegather.engine.steps.gather_choices import (
    accepts_type_ahead,
    choices_for,
    confirmation_choices,
)
from voicegather.engine.steps.gather_settings import GatherSettings, TypeAhead
from voicegather.engine.turn import Turn, sounding_ms

__all__ = [
    "ENTRY_VARIABLE",
    "FIELD",
    "GatherSettings",
    "GatherStep",
    "TypeAhead",
    "confirmation_choices",
]

#: The prompt variable that holds an entry while it is read back.
ENTRY_VARIABLE = "entry"
SLACK_MS = 8_000
#: After our own stop, and after a gather that somebody else cancelled.
STOP_PATIENCE_MS = 4_000
CANCELLED_PATIENCE_MS = 1_000
HANGUP_PATIENCE_MS = 5_000


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
        choices = choices_for(step, asking.purpose)
        asking = replace(
            asking,
            attempt=asking.attempt + 1,
            prompt=prompt,
            prefix=(),
            keys=(),
            seq=0,
            stop_seq=0,
            terminator=step.settings.terminator if choices.longest > 1 else "",
        )
        waiting = turn.state.typed_ahead
        turn.change(typed_ahead=())
        if waiting and accepts_type_ahead(step, asking.purpose):
            ahead = read_keys(choices, waiting, asking.terminator)
            if ahead.complete:
                turn.change(typed_ahead=ahead.rest, progress=asking)
                settle(turn, waiting, ahead.rest)
                note_began(turn, asking, None)
                self._judge(turn, step, asking, ahead.entry)
                return
            asking = replace(asking, prefix=waiting)
        else:
            settle(turn, waiting)
        self._issue(turn, step, asking, choices)

    def _issue(self, turn: Turn, step: StepNode, asking: Asking, choices: EntryChoices) -> None:
        settings: GatherSettings = step.settings
        sound = None if asking.prefix else turn.sound((*asking.prelude, asking.prompt))
        next_ms = settings.inter_digit_timeout_ms
        first_ms = next_ms if asking.prefix else settings.first_digit_timeout_ms
        maximum = choices.longest - len(asking.prefix)
        turn.retire_earlier()
        seq = turn.send(
            Gather(
                prompt=sound,
                maximum_digits=maximum,
                terminator=asking.terminator,
                first_digit_timeout_ms=first_ms,
                inter_digit_timeout_ms=next_ms,
            )
        )
        patience = first_ms + next_ms * (maximum - 1) + SLACK_MS
        asking = replace(asking, seq=seq, maximum=maximum, patience_ms=patience)
        turn.change(progress=asking, open_gathers=(*turn.state.open_gathers, seq))
        turn.wake_in(sounding_ms(sound) + patience)
        note_began(turn, asking, seq)

    # -- hearing -------------------------------------------------------------------------------

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        asking: Asking = turn.state.progress
        if asking.closed:
            self.after_end(turn, step, event)
            return
        match event:
            case KeyPressed():
                self._on_key(turn, step, asking, event)
            case GatherEnded() if concerns(turn, asking, event):
                self._on_ended(turn, step, asking, event)
            case PromptEnded(seq=asking.seq) if is_listening(turn, asking) and not asking.keys:
                turn.wake_in(asking.patience_ms)

    def _on_key(self, turn: Turn, step: StepNode, asking: Asking, event: KeyPressed) -> None:
        counts = event.at > turn.state.keys_counted_to
        if is_in(turn, asking, event):
            asking = replace(asking, keys=with_key(asking.keys, event))
            if is_listening(turn, asking):
                left = max(0, asking.maximum - len(asking.keys))
                turn.wake_in(step.settings.inter_digit_timeout_ms * left + SLACK_MS)
        elif counts and event.seq is not None and accepts_type_ahead(step, asking.purpose):
            asking = replace(asking, prefix=with_key(asking.prefix, event))
        else:
            return
        if not asking.stop_seq and is_complete(asking, choices_for(step, asking.purpose)):
            asking = replace(asking, stop_seq=turn.send(StopGather()))
            turn.wake_in(STOP_PATIENCE_MS)
        turn.change(progress=asking)

    def _on_ended(self, turn: Turn, step: StepNode, asking: Asking, event: GatherEnded) -> None:
        if event.status is GatherStatus.CALL_HANGUP:
            self._close(turn, step, asking, event)
            turn.wake_in(HANGUP_PATIENCE_MS)
            return
        turn.change(keys_counted_to=max(turn.state.keys_counted_to, event.at))
        if accepts_type_ahead(step, asking.purpose):
            asking = keys_ahead_of(asking, event)
        heard = read_attempt(asking, choices_for(step, asking.purpose), event)
        unclear = event.status is GatherStatus.UNKNOWN and not heard.entry
        if not asking.stop_seq and (event.status is GatherStatus.CANCELLED or unclear):
            turn.wake_in(CANCELLED_PATIENCE_MS)
            return
        settle(turn, (*asking.prefix, *asking.keys), heard.rest)
        turn.change(typed_ahead=heard.rest)
        if heard.entry:
            self._judge(turn, step, asking, heard.entry, event.status)
        else:
            self._no_input(turn, step, asking, event.status)

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        asking: Asking = turn.state.progress
        if asking.closed:
            turn.end(CallOutcome.CALLER_HUNG_UP, "the gather said so, no hang-up came")
            return
        heard = read_attempt(asking, choices_for(step, asking.purpose), None)
        if heard.entry:
            turn.change(keys_counted_to=turn.now, typed_ahead=heard.rest)
            self._judge(turn, step, asking, heard.entry)
        elif asking.reissued:
            self.fail(turn, step)
        else:
            note_ended(turn, asking, AttemptOutcome.ERROR)
            self._ask(turn, step, replace(asking, reissued=1), asking.prompt)

    def on_command_failed(self, turn: Turn, step: StepNode, event: CommandFailed) -> None:
        if event.seq == turn.state.progress.seq:
            self.fail(turn, step)

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
        settings: GatherSettings = step.settings
        confirming = asking.purpose is AttemptPurpose.CONFIRMATION
        edge = choices_for(step, asking.purpose).find(entry)
        if edge is None or (confirming and not edge.inherited and entry == settings.reenter_key):
            note_ended(turn, asking, AttemptOutcome.INVALID, Secret(entry), status)
            self._invalid(turn, step, asking, entry)
            return
        note_ended(turn, asking, AttemptOutcome.VALID, Secret(entry), status)
        if edge.inherited:
            self._follow_wish(turn, edge, Secret(entry))
        elif confirming and asking.candidate is not None:
            self._accept(turn, step, asking.candidate)
        elif settings.read_back:
            turn.set_variable(ENTRY_VARIABLE, Secret(entry), step.sensitivity)
            purpose, candidate = AttemptPurpose.CONFIRMATION, Secret(entry)
            again = replace(_again(asking), purpose=purpose, candidate=candidate)
            self._ask(turn, step, again, settings.read_back)
        else:
            self._accept(turn, step, Secret(entry))

    def _accept(self, turn: Turn, step: StepNode, entry: Secret) -> None:
        edge = step.choices.find(entry.reveal())
        assert edge is not None
        turn.set_variable(step.settings.variable or step.key, entry, step.sensitivity)
        label = step.label_of(edge)
        note_result(turn, AttemptOutcome.VALID, entry, entry, label)
        turn.follow(edge, label)

    def _follow_wish(self, turn: Turn, edge: Edge, entry: Secret) -> None:
        """A global choice is a wish of the caller, not an answer: it yields no value."""
        note_result(turn, AttemptOutcome.VALID, entry, None, edge.label)
        turn.follow(edge, edge.label)

    def _invalid(self, turn: Turn, step: StepNode, asking: Asking, entry: str) -> None:
        turn.change(typed_ahead=())
        settings: GatherSettings = step.settings
        count = asking.invalid + 1
        if count >= settings.invalid_limit:
            note_result(turn, AttemptOutcome.INVALID, asking.candidate or Secret(entry))
            turn.leave("invalid")
            return
        again = replace(_again(asking), invalid=count)
        if asking.purpose is AttemptPurpose.ENTRY:
            prompt = _tapered(settings.invalid_prompts, count, settings.prompt)
        elif entry == settings.reenter_key:
            again = replace(again, purpose=AttemptPurpose.ENTRY, candidate=None)
            prompt = settings.prompt
        else:
            prompt = settings.read_back
        self._ask(turn, step, again, prompt)

    def _no_input(self, turn: Turn, step: StepNode, asking: Asking, status: GatherStatus) -> None:
        settings: GatherSettings = step.settings
        note_ended(turn, asking, AttemptOutcome.NO_INPUT, status=status)
        count = asking.no_input + 1
        if count >= settings.no_input_limit:
            note_result(turn, AttemptOutcome.NO_INPUT, asking.candidate)
            turn.leave("no_input")
            return
        if asking.purpose is AttemptPurpose.CONFIRMATION:
            prompt = settings.read_back
        else:
            prompt = _tapered(settings.no_input_prompts, count, settings.prompt)
        self._ask(turn, step, replace(_again(asking), no_input=count), prompt)

    def fail(self, turn: Turn, step: StepNode) -> None:
        asking: Asking = turn.state.progress
        if asking.closed:
            return
        note_ended(turn, asking, AttemptOutcome.ERROR)
        note_result(turn, AttemptOutcome.ERROR)
        turn.leave("failure")

    # -- the end of the call -------------------------------------------------------------------

    def abandon(self, turn: Turn, step: StepNode) -> None:
        asking: Asking | None = turn.state.progress
        if asking is not None and not asking.closed:
            self._close(turn, step, asking, None)

    def after_end(self, turn: Turn, step: StepNode, event: Event) -> None:
        """Digits and keys that come late are kept: the news of them was slower than the end."""
        asking: Asking | None = turn.state.progress
        if asking is None or not asking.closed:
            return
        if isinstance(event, GatherEnded):
            if event.digits and concerns(turn, asking, event):
                self._close(turn, step, asking, event)
        elif isinstance(event, KeyPressed) and not asking.told and is_in(turn, asking, event):
            keys = with_key(asking.keys, event)
            if keys != asking.keys:
                self._close(turn, step, replace(asking, keys=keys), None)

    def _close(self, turn: Turn, step: StepNode, asking: Asking, ended: GatherEnded | None) -> None:
        """Write down what was entered until the call ended, whole entries as such."""
        choices = choices_for(step, asking.purpose)
        entry = read_attempt(asking, choices, ended).entry
        said = Secret(entry) if entry else None
        raw = asking.candidate or said
        finished = bool(entry) and not choices.could_extend(entry)
        if ended is not None and ended.status in (GatherStatus.VALID, GatherStatus.INVALID):
            finished = True
        if asking.purpose is AttemptPurpose.CONFIRMATION:
            taken = finished and entry == step.settings.confirm_key
        else:
            taken = finished and not step.settings.read_back
        edge = step.choices.find(raw.reveal()) if taken and raw is not None else None
        outcome = AttemptOutcome.VALID if edge else AttemptOutcome.HANGUP
        note_ended(turn, asking, outcome, said, ended.status if ended else None)
        value = raw if edge and not edge.inherited else None
        note_result(turn, outcome, raw, value, step.label_of(edge) if edge else "")
        told = asking.told or (ended is not None and bool(ended.digits))
        turn.change(progress=replace(asking, closed=True, told=told))


def _again(asking: Asking) -> Asking:
    """The visit so far, for another attempt: its message was heard, its one re-issue is new."""
    return replace(asking, prelude=(), reissued=0)


def _tapered(prompts: tuple[str, ...], count: int, otherwise: str) -> str:
    """The prompt of the `count`-th repetition; the last one repeats."""
    return prompts[min(count, len(prompts)) - 1] if prompts else otherwise
