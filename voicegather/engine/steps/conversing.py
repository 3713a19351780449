"""What comes before a model talks: consent, and the end of the conversation before.

Telnyx refuses a second conversation on a call while one runs (90061, Telnyx docs: errors), and
tells the end of one a moment after its result. So a step waits for it before it starts its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from voicegather.engine.commands import StopAssistant
from voicegather.engine.conversations import is_over, one_runs
from voicegather.engine.events import CommandFailed, Event, GatherEnded, KeyPressed
from voicegather.engine.facts import AttemptOutcome
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.steps.attribution import forget_gather, settle, stop_listening
from voicegather.engine.steps.consent import (
    NO_CONSENT,
    Answer,
    Consenting,
    ask_consent,
    consent_overdue,
    drop_consent,
    hear_consent,
)
from voicegather.engine.turn import Turn

#: How long we wait for the end of an earlier conversation before we start one all the same.
OLDER_PATIENCE_MS = 10_000


@dataclass(frozen=True, slots=True)
class Conversing:
    """A step that a model leads: what comes before it, and the command that started it."""

    consenting: Consenting | None = None
    #: Whether an earlier conversation has to end first.
    waiting: bool = False
    #: The start's command number, 0 while there is none.
    seq: int = 0
    #: Attempts of this visit so far, those at consent included.
    attempt: int = 0


class ConversingStep(StepKind):
    """A kind of step in which a model talks to the caller."""

    takes_input = True
    #: The kind's own subclass of `Conversing`.
    Progress: ClassVar[Any] = Conversing

    def start(self, turn: Turn, step: StepNode, progress: Any) -> None:
        """Send the command, now that nothing stands in its way."""
        raise NotImplementedError

    def on_talk(self, turn: Turn, step: StepNode, progress: Any, event: Event) -> None:
        """Something happened while the model talks, or ought to."""
        raise NotImplementedError

    def on_overdue(self, turn: Turn, step: StepNode, progress: Any) -> None:
        """The deadline passed while the model talks."""
        raise NotImplementedError

    def on_refused(self, turn: Turn, step: StepNode, progress: Any, event: CommandFailed) -> None:
        """A command was refused that is none of the consent's."""
        raise NotImplementedError

    def on_failure(self, turn: Turn, step: StepNode, progress: Any) -> None:
        """The step cannot go on: leave by ``failure``, and leave no model talking."""
        raise NotImplementedError

    # -- before --------------------------------------------------------------------------------

    def enter(self, turn: Turn, step: StepNode) -> None:
        settle(turn, turn.state.typed_ahead)
        turn.change(typed_ahead=(), progress=self.Progress())
        if step.settings.consent_prompt:
            self._with_consent(turn, step, ask_consent(turn, step.settings))
        else:
            self.start_or_wait(turn, step, turn.state.progress)

    def start_or_wait(self, turn: Turn, step: StepNode, progress: Any) -> None:
        """Start at once, or when the conversation before has ended."""
        if one_runs(turn.state):
            turn.change(progress=replace(progress, waiting=True))
            turn.wake_in(OLDER_PATIENCE_MS)
        else:
            self.start(turn, step, replace(progress, waiting=False))

    def _with_consent(self, turn: Turn, step: StepNode, consenting: Consenting) -> None:
        progress = replace(turn.state.progress, attempt=consenting.asking.attempt)
        match consenting.answer:
            case Answer.OPEN:
                turn.change(progress=replace(progress, consenting=consenting))
            case Answer.GIVEN:
                self.start_or_wait(turn, step, replace(progress, consenting=None))
            case Answer.REFUSED:
                turn.leave(NO_CONSENT)
            case Answer.LOST:
                turn.leave("failure")

    # -- while it lasts ------------------------------------------------------------------------

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        progress = turn.state.progress
        if progress.consenting is not None:
            heard = hear_consent(turn, step.settings, progress.consenting, event)
            if heard != progress.consenting:
                self._with_consent(turn, step, heard)
            return
        if isinstance(event, GatherEnded):
            forget_gather(turn, event)
        elif isinstance(event, KeyPressed):
            self.hear_key(turn, step, event)
        elif not progress.waiting:
            self.on_talk(turn, step, progress, event)
        elif not one_runs(turn.state):
            self.start(turn, step, replace(progress, waiting=False))

    def hear_key(self, turn: Turn, step: StepNode, event: KeyPressed) -> None:
        """A model takes no keys: one counts as the caller's wish for a global choice, or not."""
        if event.at <= turn.state.keys_counted_to:
            return
        turn.change(keys_counted_to=event.at)
        # A model that staff brought in talks in a step of another kind, and takes none.
        takes_wishes = getattr(step.settings, "global_choices", False)
        wishes = step.wishes if takes_wishes else ()
        wish = next((edge for edge in wishes if edge.value == event.key.reveal()), None)
        if wish is not None:
            self.interrupt(turn, step)
            turn.follow(wish, wish.label)

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        progress = turn.state.progress
        if progress.consenting is not None:
            self._with_consent(
                turn, step, consent_overdue(turn, step.settings, progress.consenting)
            )
        elif progress.waiting:
            self.start(turn, step, replace(progress, waiting=False))
        else:
            self.on_overdue(turn, step, progress)

    def on_command_failed(self, turn: Turn, step: StepNode, event: CommandFailed) -> None:
        progress = turn.state.progress
        if progress.consenting is None:
            self.on_refused(turn, step, progress, event)
        elif event.seq == progress.consenting.asking.seq:
            self.fail(turn, step)

    def fail(self, turn: Turn, step: StepNode) -> None:
        progress = turn.state.progress
        if progress.consenting is None:
            self.on_failure(turn, step, progress)
        elif not progress.consenting.asking.closed:
            drop_consent(turn, progress.consenting, AttemptOutcome.ERROR)
            turn.leave("failure")

    def interrupt(self, turn: Turn, step: StepNode) -> None:
        progress = turn.state.progress
        if progress.consenting is not None:
            drop_consent(turn, progress.consenting, AttemptOutcome.CANCELLED)
            stop_listening(turn, progress.consenting.asking)
        elif not progress.waiting:
            stop_model(turn, progress.seq)

    def abandon(self, turn: Turn, step: StepNode) -> None:
        progress = turn.state.progress
        if progress is not None and progress.consenting is not None:
            drop_consent(turn, progress.consenting, AttemptOutcome.HANGUP)


def stop_model(turn: Turn, seq: int) -> int:
    """End the conversation that `seq` asked for; returns the stop's number, 0 if it is over.

    The stop is wanted whatever the call does next: a model that nobody waits for would talk on,
    and is billed (Telnyx docs: ai_assistant_stop).
    """
    if not seq or is_over(turn.state, seq):
        return 0
    return turn.send(StopAssistant(), unconditional=True)
