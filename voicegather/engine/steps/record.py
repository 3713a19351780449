"""A recording: what the caller says after the beep, or the call itself from here on.

A message ends by a key, by silence, by its longest length, or because the caller hangs up, which is
how most messages end: then what was recorded is kept. How long it became, Telnyx says when it has
saved it; where that word does not come in time, our own clock decides.
"""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.commands import StartRecording
from voicegather.engine.edges import Edge
from voicegather.engine.events import (
    CommandFailed,
    Event,
    GatherEnded,
    KeyPressed,
    RecordingFailed,
    RecordingSaved,
)
from voicegather.engine.facts import (
    AttemptOutcome,
    CallOutcome,
    RecordingReplaced,
    RecordingUse,
)
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.reasons import ONLY_THE_GATHER
from voicegather.engine.recordings import begin_recording, record_call, stop_recording
from voicegather.engine.steps import consent, record_review
from voicegather.engine.steps.attribution import forget_gather, settle
from voicegather.engine.steps.consent import Answer, Consenting
from voicegather.engine.steps.playing import begin_prompt, is_end_of, stop_prompt
from voicegather.engine.steps.record_closing import (
    close_recording,
    drop_question,
    drop_recording,
    silence,
)
from voicegather.engine.steps.record_progress import (
    Recording,
    Stage,
    is_too_short,
    note_recorded,
    seconds_of,
    with_length,
)
from voicegather.engine.steps.record_settings import Recorded, RecordSettings
from voicegather.engine.turn import Turn
from voicegather.engine.wording import marked as _

#: Beyond the longest recording: the beep, the network, a retried webhook.
SLACK_MS = 12_000
#: From our stop, or from the end of a recording, to the word that it is saved.
SAVING_PATIENCE_MS = 4_000


class RecordStep(StepKind):
    name = "record"
    label = _("Record")
    Settings = RecordSettings
    Progress = Recording
    takes_input = True

    def required_exits(self, settings: RecordSettings) -> tuple[str, ...]:
        asked = consent.consent_exits(settings)
        if settings.records is Recorded.CALL:
            return ("done", *((*asked, "failure") if asked else ()))
        return ("done", "no_input", "failure", *asked)

    def variables_of(self, settings: RecordSettings, step_key: str) -> tuple[str, ...]:
        return () if settings.records is Recorded.CALL else (settings.variable or step_key,)

    def assures(self, step: StepNode, edge: Edge) -> tuple[str, ...]:
        kept = edge is step.exit_edge("done")
        return self.variables_of(step.settings, step.key) if kept else ()

    # -- before the beep -----------------------------------------------------------------------

    def enter(self, turn: Turn, step: StepNode) -> None:
        settle(turn, turn.state.typed_ahead)
        turn.change(typed_ahead=(), progress=Recording())
        if step.settings.consent_prompt:
            self._with_consent(turn, step, consent.ask_consent(turn, step.settings))
        else:
            self._prompt(turn, step, Recording())

    def _with_consent(self, turn: Turn, step: StepNode, consenting: Consenting) -> None:
        attempt = consenting.asking.attempt
        match consenting.answer:
            case Answer.OPEN:
                waiting = Recording(Stage.CONSENT, consenting=consenting, attempt=attempt)
                turn.change(progress=waiting)
            case Answer.GIVEN:
                self._prompt(turn, step, Recording(attempt=attempt))
            case Answer.REFUSED:
                turn.leave(consent.NO_CONSENT)
            case Answer.LOST:
                self.fail(turn, step)

    def _prompt(self, turn: Turn, step: StepNode, recording: Recording) -> None:
        playing = begin_prompt(turn, step.settings.prompt)
        recording = replace(recording, stage=Stage.PROMPT, playing=playing, consenting=None)
        turn.change(progress=recording)
        if playing is None:
            self._begin(turn, step, recording)

    def _begin(self, turn: Turn, step: StepNode, recording: Recording) -> None:
        settings: RecordSettings = step.settings
        if settings.records is Recorded.CALL:
            record_call(turn)
            turn.leave("done")
            return
        turn.retire_earlier()
        take = recording.take + 1
        command = StartRecording(
            beep=settings.beep,
            silence_s=settings.silence_s,
            longest_s=settings.longest_s,
            transcribe=settings.transcribe,
            language=turn.state.language if settings.transcribe else "",
        )
        seq = begin_recording(turn, command, RecordingUse.MESSAGE, take)
        begun = Recording(
            Stage.RECORDING, seq=seq, take=take, began=turn.now, attempt=recording.attempt
        )
        turn.change(progress=begun)
        turn.wake_in(settings.longest_s * 1000 + SLACK_MS)

    # -- what happens --------------------------------------------------------------------------

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        recording: Recording = turn.state.progress
        match event:
            case RecordingSaved() if event.seq == recording.seq and recording.seq:
                self._on_saved(turn, step, with_length(recording, event))
                return
            case RecordingFailed() if event.seq == recording.seq and recording.seq:
                self.fail(turn, step)
                return
        match recording.stage:
            case Stage.CONSENT if recording.consenting is not None:
                heard = consent.hear_consent(turn, step.settings, recording.consenting, event)
                if heard != recording.consenting:
                    self._with_consent(turn, step, heard)
            case Stage.PROMPT if recording.playing is not None:
                if self._is_skipped(turn, step, event):
                    stop_prompt(turn, recording.playing)
                    self._begin(turn, step, recording)
                elif is_end_of(recording.playing, event):
                    self._begin(turn, step, recording)
            case Stage.RECORDING if self._is_ended_by_key(turn, step, event):
                self._stop(turn, replace(recording, milliseconds=_since(recording, event.at)))
            case Stage.REVIEW:
                recording, key = record_review.hear_review(turn, recording, event)
                turn.change(progress=recording)
                if key is not None:
                    self._answered(turn, step, recording, key)
            case Stage.LISTENING:
                self._while_listening(turn, step, recording, event)
            case _ if isinstance(event, GatherEnded):
                forget_gather(turn, event)

    def _on_saved(self, turn: Turn, step: StepNode, recording: Recording) -> None:
        turn.change(progress=recording)
        if recording.stage in (Stage.RECORDING, Stage.SAVING):
            self._judge(turn, step, recording)
        elif recording.stage is Stage.LISTENING and recording.playing is None:
            self._listen(turn, step, recording)

    def _stop(self, turn: Turn, recording: Recording) -> None:
        seq = stop_recording(turn)
        turn.change(progress=replace(recording, stage=Stage.SAVING, stop_seq=seq))
        turn.wake_in(SAVING_PATIENCE_MS)

    def _judge(self, turn: Turn, step: StepNode, recording: Recording) -> None:
        if is_too_short(step, recording):
            note_recorded(turn, AttemptOutcome.NO_INPUT)
            turn.leave("no_input")
        else:
            self._review(turn, step, replace(recording, asking=None))

    def _review(self, turn: Turn, step: StepNode, recording: Recording) -> None:
        asked = record_review.ask_review(turn, step.settings, recording)
        if asked is None:
            self._keep(turn, step, recording)
        else:
            turn.change(progress=asked)

    def _answered(self, turn: Turn, step: StepNode, recording: Recording, key: str) -> None:
        settings: RecordSettings = step.settings
        may_again = recording.take < settings.most_takes
        if not key:
            recording = record_review.note_answer(turn, recording, AttemptOutcome.NO_INPUT)
            self._review(turn, step, recording)
        elif key not in (settings.keep_key, settings.listen_key, settings.again_key) or (
            key == settings.again_key and not may_again
        ):
            recording = record_review.note_answer(turn, recording, AttemptOutcome.INVALID, key)
            self._review(turn, step, recording)
        else:
            recording = record_review.note_answer(turn, recording, AttemptOutcome.VALID, key)
            self._act_on(turn, step, recording, key)

    def _act_on(self, turn: Turn, step: StepNode, recording: Recording, key: str) -> None:
        settings: RecordSettings = step.settings
        if key == settings.keep_key:
            self._keep(turn, step, recording)
        elif key == settings.listen_key:
            self._listen(turn, step, recording)
        else:
            turn.record(RecordingReplaced(turn.now, recording.seq, settings.keep_takes))
            self._prompt(turn, step, Recording(take=recording.take, attempt=recording.attempt))

    def _listen(self, turn: Turn, step: StepNode, recording: Recording) -> None:
        heard = record_review.play_back(turn, recording)
        if heard is None:
            self._review(turn, step, recording)
        else:
            turn.change(progress=heard)

    def _while_listening(
        self, turn: Turn, step: StepNode, recording: Recording, event: Event
    ) -> None:
        settings: RecordSettings = step.settings
        keys = (settings.keep_key, settings.again_key)
        if isinstance(event, KeyPressed) and _is_new(turn, event) and event.key.reveal() in keys:
            key = event.key.reveal()
            turn.change(keys_counted_to=event.at)
            if key == settings.again_key and recording.take >= settings.most_takes:
                return
            stop_prompt(turn, recording.playing)
            self._act_on(turn, step, replace(recording, playing=None), key)
        elif record_review.is_heard(recording, event):
            self._review(turn, step, recording)

    def _keep(self, turn: Turn, step: StepNode, recording: Recording) -> None:
        seconds = seconds_of(recording)
        name = step.settings.variable or step.key
        turn.set_variable(name, seconds, Sensitivity.NORMAL)
        note_recorded(turn, AttemptOutcome.VALID, recording)
        turn.leave("done")

    def _is_skipped(self, turn: Turn, step: StepNode, event: Event) -> bool:
        return step.settings.records is Recorded.MESSAGE and self._is_ended_by_key(
            turn, step, event
        )

    def _is_ended_by_key(self, turn: Turn, step: StepNode, event: Event) -> bool:
        ends = (
            isinstance(event, KeyPressed)
            and _is_new(turn, event)
            and event.key.reveal() == step.settings.ending_key
        )
        if ends:
            turn.change(keys_counted_to=event.at)
        return ends

    # -- what does not come, and who interrupts ------------------------------------------------

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        recording: Recording = turn.state.progress
        match recording.stage:
            case Stage.CONSENT if recording.consenting is not None:
                self._with_consent(
                    turn,
                    step,
                    consent.consent_overdue(turn, step.settings, recording.consenting),
                )
            case Stage.PROMPT:
                self._begin(turn, step, recording)
            case Stage.RECORDING:
                self._stop(turn, recording)
            case Stage.SAVING if recording.milliseconds:
                self._judge(turn, step, recording)
            case Stage.REVIEW if recording.asking is not None and recording.asking.closed:
                note_recorded(turn, AttemptOutcome.VALID, recording)
                turn.change(progress=replace(recording, closed=True))
                turn.end(CallOutcome.CALLER_HUNG_UP, ONLY_THE_GATHER)
            case Stage.REVIEW:
                self._answered(turn, step, recording, record_review.overdue_review(turn, recording))
            case Stage.LISTENING:
                self._review(turn, step, recording)
            case _:
                self.fail(turn, step)

    def on_command_failed(self, turn: Turn, step: StepNode, event: CommandFailed) -> None:
        recording: Recording = turn.state.progress
        consenting = recording.consenting
        playing = recording.playing
        if recording.stage is Stage.LISTENING and playing is not None:
            if event.seq == playing.seq:
                self._review(turn, step, recording)
        elif recording.stage is Stage.REVIEW:
            # What was recorded is there; only the question about it could not be asked.
            self._keep(turn, step, recording)
        elif recording.stage is not Stage.CONSENT or (
            consenting is not None and event.seq == consenting.asking.seq
        ):
            self.fail(turn, step)

    def fail(self, turn: Turn, step: StepNode) -> None:
        drop_recording(turn, turn.state.progress, AttemptOutcome.ERROR)
        turn.leave("failure")

    def interrupt(self, turn: Turn, step: StepNode) -> None:
        drop_recording(turn, turn.state.progress, AttemptOutcome.CANCELLED)
        silence(turn, turn.state.progress)

    def stop_gather(self, turn: Turn, step: StepNode) -> None:
        recording: Recording = turn.state.progress
        if recording.stage is Stage.RECORDING:
            self._stop(turn, replace(recording, milliseconds=_since(recording, turn.now)))

    def abandon(self, turn: Turn, step: StepNode) -> None:
        recording: Recording | None = turn.state.progress
        if recording is None or recording.closed:
            return
        drop_question(turn, recording, AttemptOutcome.HANGUP)
        if recording.stage is Stage.RECORDING:
            recording = replace(recording, milliseconds=_since(recording, turn.now))
        close_recording(turn, step, recording)

    def after_end(self, turn: Turn, step: StepNode, event: Event) -> None:
        """How long the last take became is told after the call's end."""
        recording: Recording | None = turn.state.progress
        if recording is None or not recording.closed or not recording.seq:
            return
        if isinstance(event, RecordingSaved) and event.seq == recording.seq:
            close_recording(turn, step, with_length(recording, event))


def _since(recording: Recording, moment: int) -> int:
    return max(0, moment - recording.began)


def _is_new(turn: Turn, event: KeyPressed) -> bool:
    return event.at > turn.state.keys_counted_to
