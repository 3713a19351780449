"""An assistant: hand the conversation to it until it ends, fails, or takes too long."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicegather.engine.commands import StartAssistant
from voicegather.engine.conversations import begin_conversation, is_over
from voicegather.engine.events import CommandFailed, ConversationEnded, ConversationFailed, Event
from voicegather.engine.facts import ConversationKind
from voicegather.engine.graph import StepNode
from voicegather.engine.secret import Secret
from voicegather.engine.steps.assistant_settings import AssistantSettings, SpeaksFirst
from voicegather.engine.steps.consent import consent_exits
from voicegather.engine.steps.conversing import Conversing, ConversingStep, stop_model
from voicegather.engine.steps.conversing_settings import spoken, voice_of
from voicegather.engine.template import render
from voicegather.engine.turn import Turn
from voicegather.engine.wording import marked as _

__all__ = ["AssistantSettings", "AssistantStep", "SpeaksFirst", "Talking"]

#: How long we wait for the end that we asked for.
STOP_PATIENCE_MS = 10_000
#: Telnyx docs: assistants, greeting.
MODEL_GREETS = "<assistant-speaks-first-with-model-generated-message>"


@dataclass(frozen=True, slots=True)
class Talking(Conversing):
    """An assistant at work. `stop_seq` is the number of our own stop, 0 while there is none."""

    stop_seq: int = 0


class AssistantStep(ConversingStep):
    name = "assistant"
    label = _("AI assistant")
    Settings = AssistantSettings
    Progress = Talking

    def required_exits(self, settings: AssistantSettings) -> tuple[str, ...]:
        return ("done", "failure", *consent_exits(settings))

    def possible_exits(self, settings: AssistantSettings) -> tuple[str, ...]:
        return (*self.required_exits(settings), "time_limit")

    def start(self, turn: Turn, step: StepNode, progress: Talking) -> None:
        settings: AssistantSettings = step.settings
        words = spoken(turn, settings.greeting)
        turn.retire_earlier()
        seq = turn.send(
            StartAssistant(
                assistant=settings.assistant,
                instructions=render(settings.instructions, turn.lookup, ssml=False),
                greeting=_greeting(settings, words.text if words else None),
                variables={
                    name: Secret(render(text, turn.lookup, ssml=False))
                    for name, text in settings.dynamic_variables.items()
                },
                voice=voice_of(settings.voice, settings.voice_settings, None),
                transcription_model=settings.transcription_model,
                transcription_language=settings.transcription_language,
                interruptible=settings.interruptible,
                history_updates=settings.history_updates,
            )
        )
        begin_conversation(turn, ConversationKind.ASSISTANT, seq, settings.assistant)
        turn.change(progress=replace(progress, seq=seq))
        turn.wake_in(settings.time_limit_seconds * 1000)

    def on_talk(self, turn: Turn, step: StepNode, progress: Talking, event: Event) -> None:
        match event:
            case ConversationEnded() if is_over(turn.state, progress.seq):
                self.leave(turn, step, progress)
            case ConversationFailed() if is_over(turn.state, progress.seq):
                turn.leave("failure")

    def on_overdue(self, turn: Turn, step: StepNode, progress: Talking) -> None:
        stop_seq = 0 if progress.stop_seq else stop_model(turn, progress.seq)
        if stop_seq:
            turn.change(progress=replace(progress, stop_seq=stop_seq))
            turn.wake_in(STOP_PATIENCE_MS)
        else:
            self.leave(turn, step, progress)

    def on_refused(
        self, turn: Turn, step: StepNode, progress: Talking, event: CommandFailed
    ) -> None:
        if event.seq == progress.seq:
            self.on_failure(turn, step, progress)
        elif event.seq == progress.stop_seq:
            self.leave(turn, step, progress)

    def on_failure(self, turn: Turn, step: StepNode, progress: Talking) -> None:
        if not progress.stop_seq:
            stop_model(turn, progress.seq)
        turn.leave("failure")

    def leave(self, turn: Turn, step: StepNode, progress: Talking) -> None:
        """The conversation is over."""
        late = progress.stop_seq and step.exit_edge("time_limit") is not None
        turn.leave("time_limit" if late else "done")


def _greeting(settings: AssistantSettings, words: str | None) -> str | None:
    """What the assistant says first: None for its own greeting, "" to wait for the caller."""
    match settings.speaks_first:
        case SpeaksFirst.CALLER:
            return ""
        case SpeaksFirst.MODEL:
            return MODEL_GREETS
    return words or None
