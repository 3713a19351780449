"""What becomes of a caller's entry: a choice, one more question, or a wrong one."""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.edges import Edge
from voicegather.engine.events import EntriesJudged, GatherStatus, HandlerFailed
from voicegather.engine.facts import AttemptOutcome, AttemptPurpose
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.secret import Secret
from voicegather.engine.steps.asking import Asking, Checking
from voicegather.engine.steps.attempts import note_ended, note_result
from voicegather.engine.steps.gather_checking import ask_validator, note_unjudged, verdict_of
from voicegather.engine.steps.gather_choices import choices_for
from voicegather.engine.steps.gather_settings import GatherSettings
from voicegather.engine.turn import Turn

#: The prompt variable that holds an entry while it is read back.
ENTRY_VARIABLE = "entry"
#: What the ledger has room for.
MOST_OF_A_REASON = 30


class JudgingStep(StepKind):
    """The half of a gather that judges what the other half has heard."""

    def ask(self, turn: Turn, step: StepNode, asking: Asking, prompt: str) -> None:
        """Begin the next attempt of this visit with `prompt`."""
        raise NotImplementedError

    def judge(
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
        if settings.validator and not confirming and not edge.inherited:
            ask_validator(turn, step, asking, Secret(entry), status)
            return
        note_ended(turn, asking, AttemptOutcome.VALID, Secret(entry), status)
        if edge.inherited:
            self._follow_wish(turn, edge, Secret(entry))
        elif confirming and asking.candidate is not None:
            self._accept(turn, step, asking.candidate, asking.value or asking.candidate)
        else:
            self._take(turn, step, asking, Secret(entry), Secret(entry))

    def on_verdict(
        self, turn: Turn, step: StepNode, asking: Asking, event: EntriesJudged | HandlerFailed
    ) -> None:
        checking = asking.checking
        if checking is None or event.seq != checking.seq:
            return
        verdict = verdict_of(checking, event)
        if isinstance(verdict, str):
            self.fail_unjudged(turn, step, checking, verdict)
        elif verdict.accepted:
            note_ended(turn, asking, AttemptOutcome.VALID, checking.entry, checking.status)
            self._take(turn, step, asking, checking.entry, verdict.value or checking.entry)
        else:
            reason = verdict.reason[:MOST_OF_A_REASON] or "refused"
            note_ended(turn, asking, AttemptOutcome.INVALID, checking.entry, reason)
            prompt = step.settings.refusal_prompts.get(verdict.reason, "")
            self._invalid(turn, step, asking, checking.entry.reveal(), prompt)

    def _take(
        self, turn: Turn, step: StepNode, asking: Asking, entry: Secret, value: Secret
    ) -> None:
        """The entry is right: have it confirmed where the step wants that."""
        settings: GatherSettings = step.settings
        if not settings.read_back:
            self._accept(turn, step, entry, value)
            return
        turn.set_variable(ENTRY_VARIABLE, value, step.sensitivity)
        purpose = AttemptPurpose.CONFIRMATION
        again = replace(_again(asking), purpose=purpose, candidate=entry, value=value)
        self.ask(turn, step, again, settings.read_back)

    def _accept(self, turn: Turn, step: StepNode, entry: Secret, value: Secret) -> None:
        edge = step.choices.find(entry.reveal())
        assert edge is not None
        turn.set_variable(step.settings.variable or step.key, value, step.sensitivity)
        label = step.label_of(edge)
        note_result(turn, AttemptOutcome.VALID, entry, value, label)
        turn.follow(edge, label)

    def _follow_wish(self, turn: Turn, edge: Edge, entry: Secret) -> None:
        """A global choice is a wish of the caller, not an answer: it yields no value."""
        note_result(turn, AttemptOutcome.VALID, entry, None, edge.label)
        turn.follow(edge, edge.label)

    def _invalid(
        self, turn: Turn, step: StepNode, asking: Asking, entry: str, refusal: str = ""
    ) -> None:
        turn.change(typed_ahead=())
        settings: GatherSettings = step.settings
        count = asking.invalid + 1
        if count >= settings.invalid_limit:
            note_result(turn, AttemptOutcome.INVALID, asking.candidate or Secret(entry))
            turn.leave("invalid")
            return
        again = replace(_again(asking), invalid=count)
        if asking.purpose is AttemptPurpose.ENTRY:
            prompt = refusal or _tapered(settings.invalid_prompts, count, settings.prompt)
        elif entry == settings.reenter_key:
            again = replace(again, purpose=AttemptPurpose.ENTRY, candidate=None, value=None)
            prompt = settings.prompt
        else:
            prompt = settings.read_back
        self.ask(turn, step, again, prompt)

    def no_input(self, turn: Turn, step: StepNode, asking: Asking, status: GatherStatus) -> None:
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
        self.ask(turn, step, replace(_again(asking), no_input=count), prompt)

    def fail(self, turn: Turn, step: StepNode) -> None:
        asking: Asking = turn.state.progress
        if asking.closed:
            return
        entry = asking.checking.entry if asking.checking else None
        note_ended(turn, asking, AttemptOutcome.ERROR, entry)
        note_result(turn, AttemptOutcome.ERROR, entry)
        turn.leave("failure")

    def fail_unjudged(self, turn: Turn, step: StepNode, checking: Checking, reason: str) -> None:
        note_unjudged(turn, checking, reason)
        self.fail(turn, step)


def _again(asking: Asking) -> Asking:
    """The visit so far, for another attempt: its message was heard, its one re-issue is new."""
    return replace(asking, prelude=(), reissued=0, checking=None)


def _tapered(prompts: tuple[str, ...], count: int, otherwise: str) -> str:
    """The prompt of the `count`-th repetition; the last one repeats."""
    return prompts[min(count, len(prompts)) - 1] if prompts else otherwise
