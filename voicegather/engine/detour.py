"""What staff put in place of the step under way: a person, or an assistant.

A detour stands in for the step's kind while it lasts: every event of the call is its own. The
visit that it interrupted is over; when the detour is, the caller enters the same step again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from voicegather.engine.commands import StartAssistant, Transfer
from voicegather.engine.conversations import begin_conversation, is_over
from voicegather.engine.events import ConversationEnded, ConversationFailed, Event
from voicegather.engine.facts import ConversationKind
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.steps.assistant import AssistantStep, Talking
from voicegather.engine.steps.conversing import stop_model
from voicegather.engine.steps.transfer import RING_SLACK_MS, Transferring, TransferStep
from voicegather.engine.turn import Turn

RING_SECONDS = 30
#: The longest that an assistant of staff talks; the call's own budget of minutes may end sooner.
LONGEST_TALK_MS = 3_600_000


def ring_instead(turn: Turn, to: str) -> None:
    """Ring `to` and join the two; whatever comes of that, the caller returns to the step."""
    turn.retire_earlier()
    seq = turn.send(Transfer(to=to, timeout_s=RING_SECONDS, keep_caller=True))
    turn.change(step_kind=OperatorTransfer.name, progress=Transferring(seq=seq))
    turn.wake_in(RING_SECONDS * 1000 + RING_SLACK_MS)


def assist_instead(turn: Turn, step: StepNode, assistant: str) -> None:
    """Hand the caller to an assistant (``assistant-…``) until their conversation is over."""
    turn.retire_earlier()
    turn.change(step_kind=OperatorAssistant.name)
    OperatorAssistant().start_or_wait(turn, step, Assisting(assistant=assistant))


def _return(turn: Turn) -> None:
    turn.go_to(turn.frame.step)


class OperatorTransfer(TransferStep):
    name = "operator_transfer"
    in_menus = False

    def keeps_caller(self, step: StepNode) -> bool:
        return True

    def go_on(self, turn: Turn, exit_name: str) -> None:
        _return(turn)


@dataclass(frozen=True, slots=True)
class Assisting(Talking):
    """An assistant that staff started, or will when the conversation before has ended."""

    assistant: str = ""


class OperatorAssistant(AssistantStep):
    name = "operator_assistant"
    in_menus = False
    Progress = Assisting

    def start(self, turn: Turn, step: StepNode, progress: Any) -> None:
        """It may know what the call has collected, but nothing sensitive."""
        seq = turn.send(
            StartAssistant(
                assistant=progress.assistant,
                variables={
                    name: variable.value
                    for name, variable in turn.state.variables.items()
                    if variable.sensitivity is Sensitivity.NORMAL
                },
            )
        )
        begin_conversation(turn, ConversationKind.ASSISTANT, seq, progress.assistant)
        turn.change(progress=replace(progress, seq=seq))
        turn.wake_in(LONGEST_TALK_MS)

    def on_talk(self, turn: Turn, step: StepNode, progress: Talking, event: Event) -> None:
        over = is_over(turn.state, progress.seq)
        if over and isinstance(event, ConversationEnded | ConversationFailed):
            _return(turn)

    def on_failure(self, turn: Turn, step: StepNode, progress: Talking) -> None:
        if not progress.stop_seq:
            stop_model(turn, progress.seq)
        _return(turn)

    def leave(self, turn: Turn, step: StepNode, progress: Talking) -> None:
        _return(turn)
