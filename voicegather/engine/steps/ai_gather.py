"""An AI gather: a model asks for the step's fields; every answer is judged here.

Each attempt is a command of its own and a conversation of its own. What is valid is kept at once,
and the next attempt asks for the rest only.
"""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.commands import Entry, GatherByAi, RunValidators
from voicegather.engine.conversations import begin_conversation
from voicegather.engine.edges import Edge, Match
from voicegather.engine.events import (
    AiGatherEnded,
    AiGatherStatus,
    CommandFailed,
    EntriesJudged,
    Event,
    HandlerFailed,
    HistoryTold,
    KeyPressed,
    PartialResults,
)
from voicegather.engine.facts import (
    AttemptBegan,
    AttemptOutcome,
    AttemptPurpose,
    CallOutcome,
    ConversationKind,
    HandlerNoted,
    InputGathered,
)
from voicegather.engine.graph import StepNode
from voicegather.engine.reasons import ONLY_THE_GATHER
from voicegather.engine.secret import Secret
from voicegather.engine.steps.ai_gather_attempt import (
    Asked,
    caller_spoke,
    heard_so_far,
    is_of,
    judged,
    note,
    note_ended,
    note_raw,
    open_fields,
    with_readings,
)
from voicegather.engine.steps.ai_gather_fields import Reading, read_result, schema_of
from voicegather.engine.steps.ai_gather_settings import (
    AiField,
    AiGatherSettings,
    FieldType,
)
from voicegather.engine.steps.consent import consent_exits
from voicegather.engine.steps.conversing import ConversingStep, stop_model
from voicegather.engine.steps.conversing_settings import language_of, spoken, voice_of
from voicegather.engine.template import render
from voicegather.engine.turn import Turn
from voicegather.engine.wording import marked as _

__all__ = ["AiField", "AiGatherSettings", "AiGatherStep", "Asked", "FieldType"]

JUDGING_SLACK_MS = 10_000
HANGUP_PATIENCE_MS = 5_000


class AiGatherStep(ConversingStep):
    name = "ai_gather"
    label = _("Gather by AI")
    Settings = AiGatherSettings
    Progress = Asked
    takes_fields = True

    def required_exits(self, settings: AiGatherSettings) -> tuple[str, ...]:
        return ("done", "no_input", "invalid", "failure", *consent_exits(settings))

    def variables_of(self, settings: AiGatherSettings, step_key: str) -> tuple[str, ...]:
        return tuple(each.name for each in settings.fields)

    def assures(self, step: StepNode, edge: Edge) -> tuple[str, ...]:
        finished = edge.match is Match.FIELD or (edge.match, edge.value) == (Match.EXIT, "done")
        return tuple(step.settings.required) if finished else ()

    # -- asking --------------------------------------------------------------------------------

    def start(self, turn: Turn, step: StepNode, progress: Asked) -> None:
        settings: AiGatherSettings = step.settings
        prompt = (progress.tries and settings.retry_prompt) or settings.greeting
        greeting, closing = spoken(turn, prompt), spoken(turn, settings.closing)
        first = greeting or spoken(turn, settings.greeting) or closing
        turn.retire_earlier()
        seq = turn.send(
            GatherByAi(
                schema=schema_of(open_fields(step, progress), settings.required),
                greeting=greeting.text if greeting else "",
                closing=closing.text if closing else "",
                voice=voice_of(settings.voice, settings.voice_settings, first),
                language=language_of(settings.language, turn.state.language),
                instructions=render(settings.instructions, turn.lookup, ssml=False),
                model=settings.model,
                transcription_model=settings.transcription_model,
                transcription_language=settings.transcription_language,
                interruptible=settings.interruptible,
                response_timeout_ms=settings.response_timeout_ms,
                partial_results=settings.partial_results,
                history_updates=settings.history_updates,
            )
        )
        attempt = progress.attempt + 1
        begin_conversation(turn, ConversationKind.AI_GATHER, seq)
        visit, purpose = turn.state.visit, AttemptPurpose.ENTRY
        turn.record(AttemptBegan(turn.now, visit, attempt, purpose, seq, prompt))
        turn.change(
            progress=replace(
                progress,
                seq=seq,
                attempt=attempt,
                tries=progress.tries + 1,
                heard=False,
                partial=None,
                readings=(),
                judging=0,
                status="",
            )
        )
        turn.wake_in(settings.deadline_seconds * 1000)

    # -- hearing -------------------------------------------------------------------------------

    def on_talk(self, turn: Turn, step: StepNode, progress: Asked, event: Event) -> None:
        if progress.closed:
            self.after_end(turn, step, event)
            return
        match event:
            case AiGatherEnded() if not progress.judging and is_of(turn, progress, event):
                self._on_ended(turn, step, progress, event)
            case PartialResults() if is_of(turn, progress, event):
                turn.change(progress=replace(progress, heard=True, partial=event.values))
            case HistoryTold() if is_of(turn, progress, event):
                heard = progress.heard or caller_spoke(event.messages)
                turn.change(progress=replace(progress, heard=heard))
            case EntriesJudged() if progress.judging and event.seq == progress.judging:
                readings = judged(step, progress.readings, event)
                self._take(turn, step, progress, readings)
            case HandlerFailed() if progress.judging and event.seq == progress.judging:
                turn.record(HandlerNoted(turn.now, turn.state.visit, event.seq, event.reason))
                self.on_failure(turn, step, progress)

    def _on_ended(self, turn: Turn, step: StepNode, progress: Asked, event: AiGatherEnded) -> None:
        heard = progress.heard or caller_spoke(event.messages)
        partial = event.result or progress.partial
        progress = replace(progress, heard=heard, partial=partial, status=event.status.value)
        match event.status:
            case AiGatherStatus.CALL_HANGUP:
                self._close(turn, step, progress)
                turn.wake_in(HANGUP_PATIENCE_MS)
            case AiGatherStatus.ERROR | AiGatherStatus.UNKNOWN:
                self._give_up(turn, step, progress)
            case _:
                self._judge(turn, step, progress, event.result)

    def hear_key(self, turn: Turn, step: StepNode, event: KeyPressed) -> None:
        if not turn.state.progress.closed:
            super().hear_key(turn, step, event)

    def on_overdue(self, turn: Turn, step: StepNode, progress: Asked) -> None:
        if progress.closed:
            turn.end(CallOutcome.CALLER_HUNG_UP, ONLY_THE_GATHER)
        else:
            self.on_failure(turn, step, progress)

    def on_refused(self, turn: Turn, step: StepNode, progress: Asked, event: CommandFailed) -> None:
        if progress.runs and event.seq in (progress.seq, progress.judging):
            self.on_failure(turn, step, progress)

    def on_failure(self, turn: Turn, step: StepNode, progress: Asked) -> None:
        if progress.closed:
            return
        if progress.runs and not progress.judging:
            stop_model(turn, progress.seq)
        self._give_up(turn, step, progress)

    # -- judging -------------------------------------------------------------------------------

    def _judge(self, turn: Turn, step: StepNode, progress: Asked, result: Secret | None) -> None:
        """Hold the answers to their types, and have the host's validators judge what is left."""
        readings = read_result(open_fields(step, progress), result)
        validators = {each.name: each.validator for each in step.settings.fields}
        entries = tuple(
            Entry(each.field, validators[each.field], each.value)
            for each in readings
            if each.value is not None and validators[each.field]
        )
        if not entries:
            self._take(turn, step, progress, readings)
            return
        command = RunValidators(entries, turn.state.language)
        turn.change(progress=replace(progress, readings=readings, judging=turn.send(command)))
        turn.wake_in(command.timeout_s * 1000 + JUDGING_SLACK_MS)

    def _take(
        self, turn: Turn, step: StepNode, progress: Asked, readings: tuple[Reading, ...]
    ) -> None:
        """Keep what is valid, then leave, or ask for the rest."""
        progress = with_readings(progress, readings)
        for each in readings:
            if each.value is not None:
                turn.set_variable(each.field, each.value, step.sensitivity)
        values = {each.field: each.value.reveal() for each in progress.taken if each.value}
        if step.settings.required <= values.keys():
            self._finish(turn, step, progress, readings, step.field_edge(values))
            return
        note(turn, readings)
        silent = not readings and not progress.heard
        outcome = AttemptOutcome.NO_INPUT if silent else AttemptOutcome.INVALID
        note_ended(turn, progress, outcome)
        if progress.tries < step.settings.attempts:
            self.start_or_wait(turn, step, progress)
            return
        for name in sorted(step.settings.required - set(progress.answered)):
            turn.record(
                InputGathered(turn.now, turn.state.visit, name, AttemptOutcome.NO_INPUT, None, None)
            )
        turn.leave(outcome.value)

    def _finish(
        self,
        turn: Turn,
        step: StepNode,
        progress: Asked,
        readings: tuple[Reading, ...],
        edge: Edge | None,
    ) -> None:
        note_ended(turn, progress, AttemptOutcome.VALID)
        if edge is None:
            note(turn, readings)
            turn.leave("done")
            return
        label = step.label_of(edge)
        named = edge.value.partition("=")[0]
        note(turn, tuple(each for each in readings if each.field != named))
        note(turn, tuple(each for each in progress.taken if each.field == named), label)
        turn.follow(edge, label)

    def _give_up(self, turn: Turn, step: StepNode, progress: Asked) -> None:
        """Leave by ``failure``; what was heard of the fields is kept as it came."""
        if progress.runs:
            note_ended(turn, progress, AttemptOutcome.ERROR)
            note_raw(turn, heard_so_far(step, progress), AttemptOutcome.ERROR)
        turn.leave("failure")

    # -- what staff do -------------------------------------------------------------------------

    def interrupt(self, turn: Turn, step: StepNode) -> None:
        super().interrupt(turn, step)
        progress: Asked = turn.state.progress
        if progress.runs:
            note_ended(turn, progress, AttemptOutcome.CANCELLED)
            note_raw(turn, heard_so_far(step, progress), AttemptOutcome.CANCELLED)

    # -- the end of the call -------------------------------------------------------------------

    def abandon(self, turn: Turn, step: StepNode) -> None:
        super().abandon(turn, step)
        progress: Asked | None = turn.state.progress
        if progress is not None and progress.runs:
            self._close(turn, step, progress)

    def after_end(self, turn: Turn, step: StepNode, event: Event) -> None:
        """Answers that come late are kept: the news of them was slower than the end."""
        progress: Asked | None = turn.state.progress
        if progress is None or not progress.closed or progress.told or progress.judging:
            return
        match event:
            case PartialResults() if is_of(turn, progress, event):
                self._close(turn, step, replace(progress, partial=event.values))
            case AiGatherEnded(result=Secret() as result) if is_of(turn, progress, event):
                whole = event.status in (AiGatherStatus.VALID, AiGatherStatus.INVALID)
                progress = replace(progress, partial=result, status=event.status.value, told=True)
                self._close(turn, step, progress, whole=whole)

    def _close(self, turn: Turn, step: StepNode, progress: Asked, *, whole: bool = False) -> None:
        """Write down what was heard until the call ended; of a `whole` result, valid answers.

        Whether such a result comes before or after the hang-up is chance: its answers count alike.
        """
        readings = heard_so_far(step, progress)
        unjudged = {each.name for each in step.settings.fields if each.validator}
        kept = tuple(r for r in readings if whole and r.value and r.field not in unjudged)
        names = {each.field for each in (*progress.taken, *kept)}
        done = bool(kept) and step.settings.required <= names
        note_ended(turn, progress, AttemptOutcome.VALID if done else AttemptOutcome.HANGUP)
        note(turn, kept)
        rest = tuple(each for each in readings if each not in kept)
        note_raw(turn, rest, AttemptOutcome.HANGUP)
        turn.change(progress=replace(progress, closed=True))
