"""Keypad input: ask, judge what came, ask again, and leave by the choice or the exit it takes.

Each attempt is a command of its own, so every attempt is in the ledger and silence and wrong keys
keep their own counters, prompts and exits. Telnyx is asked for any key and the entry is judged
here: with restricted keys it may drop what it rejects, and a wrong key would look like silence.
"""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.choices import INPUT_MATCHES, EntryChoices
from voicegather.engine.commands import Gather, StopGather
from voicegather.engine.edges import Edge
from voicegather.engine.events import (
    CommandFailed,
    EntriesJudged,
    Event,
    GatherEnded,
    GatherStatus,
    HandlerFailed,
    KeyPressed,
    PromptEnded,
)
from voicegather.engine.facts import AttemptOutcome, CallOutcome
from voicegather.engine.graph import StepNode
from voicegather.engine.reasons import ONLY_THE_GATHER
from voicegather.engine.steps.asking import (
    Asking,
    is_complete,
    keys_ahead_of,
    read_attempt,
    read_keys,
    with_key,
)
from voicegather.engine.steps.attempts import FIELD, note_began, note_ended
from voicegather.engine.steps.attribution import concerns, is_in, is_listening, settle
from voicegather.engine.steps.gather_checking import hear_key_meanwhile
from voicegather.engine.steps.gather_choices import (
    accepts_type_ahead,
    choices_for,
    confirmation_choices,
)
from voicegather.engine.steps.gather_closing import cancel_attempt, close_attempt
from voicegather.engine.steps.gather_judging import ENTRY_VARIABLE, JudgingStep
from voicegather.engine.steps.gather_settings import GatherSettings, TypeAhead
from voicegather.engine.turn import Turn, sounding_ms
from voicegather.engine.wording import marked as _

__all__ = [
    "ENTRY_VARIABLE",
    "FIELD",
    "GatherSettings",
    "GatherStep",
    "TypeAhead",
    "confirmation_choices",
]

SLACK_MS = 8_000
#: After our own stop, and after a gather that somebody else cancelled.
STOP_PATIENCE_MS = 4_000
CANCELLED_PATIENCE_MS = 1_000
HANGUP_PATIENCE_MS = 5_000


class GatherStep(JudgingStep):
    name = "gather"
    label = _("Gather digits")
    Settings = GatherSettings
    Progress = Asking
    takes_input = True
    takes_keys = True

    def required_exits(self, settings: GatherSettings) -> tuple[str, ...]:
        return ("no_input", "invalid", "failure")

    def variables_of(self, settings: GatherSettings, step_key: str) -> tuple[str, ...]:
        return (settings.variable or step_key,)

    def assures(self, step: StepNode, edge: Edge) -> tuple[str, ...]:
        answered = edge.match in INPUT_MATCHES and not edge.inherited
        return self.variables_of(step.settings, step.key) if answered else ()

    # -- asking --------------------------------------------------------------------------------

    def enter(self, turn: Turn, step: StepNode) -> None:
        asking = Asking(prelude=turn.prelude)
        turn.prelude = ()
        self.ask(turn, step, asking, step.settings.prompt)

    def ask(self, turn: Turn, step: StepNode, asking: Asking, prompt: str) -> None:
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
                self.judge(turn, step, asking, ahead.entry)
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
            case GatherEnded() if concerns(turn, asking, event) and asking.checking is None:
                self._on_ended(turn, step, asking, event)
            case EntriesJudged() | HandlerFailed():
                self.on_verdict(turn, step, asking, event)
            case PromptEnded(seq=asking.seq) if is_listening(turn, asking) and not asking.keys:
                turn.wake_in(asking.patience_ms)

    def _on_key(self, turn: Turn, step: StepNode, asking: Asking, event: KeyPressed) -> None:
        if asking.checking is not None:
            hear_key_meanwhile(turn, step, asking, event)
            return
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
        turn.change(progress=asking)
        if not asking.stop_seq and is_complete(asking, choices_for(step, asking.purpose)):
            self._stop(turn, asking)

    def _on_ended(self, turn: Turn, step: StepNode, asking: Asking, event: GatherEnded) -> None:
        if event.status is GatherStatus.CALL_HANGUP:
            close_attempt(turn, step, asking, event)
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
            self.judge(turn, step, asking, heard.entry, event.status)
        else:
            self.no_input(turn, step, asking, event.status)

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        asking: Asking = turn.state.progress
        if asking.closed:
            turn.end(CallOutcome.CALLER_HUNG_UP, ONLY_THE_GATHER)
            return
        if asking.checking is not None:
            self.fail_unjudged(turn, step, asking.checking, "did not judge in time")
            return
        heard = read_attempt(asking, choices_for(step, asking.purpose), None)
        if heard.entry:
            turn.change(keys_counted_to=turn.now, typed_ahead=heard.rest)
            self.judge(turn, step, asking, heard.entry)
        elif asking.reissued:
            self.fail(turn, step)
        else:
            note_ended(turn, asking, AttemptOutcome.ERROR)
            self.ask(turn, step, replace(asking, reissued=1), asking.prompt)

    def on_command_failed(self, turn: Turn, step: StepNode, event: CommandFailed) -> None:
        asking: Asking = turn.state.progress
        if asking.checking is None and event.seq == asking.seq:
            self.fail(turn, step)
        elif asking.checking is not None and event.seq == asking.checking.seq:
            self.fail_unjudged(turn, step, asking.checking, "could not be started")

    # -- what staff do -------------------------------------------------------------------------

    def interrupt(self, turn: Turn, step: StepNode) -> None:
        asking: Asking = turn.state.progress
        if not asking.closed:
            cancel_attempt(turn, step, asking)

    def stop_gather(self, turn: Turn, step: StepNode) -> None:
        asking: Asking = turn.state.progress
        if asking.checking is None and not asking.closed and is_listening(turn, asking):
            self._stop(turn, asking)

    def _stop(self, turn: Turn, asking: Asking) -> None:
        turn.change(progress=replace(asking, stop_seq=turn.send(StopGather())))
        turn.wake_in(STOP_PATIENCE_MS)

    # -- the end of the call -------------------------------------------------------------------

    def abandon(self, turn: Turn, step: StepNode) -> None:
        asking: Asking | None = turn.state.progress
        if asking is not None and not asking.closed:
            close_attempt(turn, step, asking, None)

    def after_end(self, turn: Turn, step: StepNode, event: Event) -> None:
        """Digits and keys that come late are kept: the news of them was slower than the end."""
        asking: Asking | None = turn.state.progress
        if asking is None or not asking.closed:
            return
        if isinstance(event, GatherEnded):
            if event.digits and concerns(turn, asking, event):
                close_attempt(turn, step, asking, event)
        elif isinstance(event, KeyPressed) and not asking.told and is_in(turn, asking, event):
            keys = with_key(asking.keys, event)
            if keys != asking.keys:
                close_attempt(turn, step, replace(asking, keys=keys), None)
