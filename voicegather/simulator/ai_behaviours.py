"""What the commands that speak with a model do: one method a command, of the command's name."""

from __future__ import annotations

from voicegather.simulator import errors
from voicegather.simulator.ai_gathers import AiGather
from voicegather.simulator.assistants import AssistantTalk
from voicegather.simulator.events import iso
from voicegather.simulator.legs import Direction, Leg
from voicegather.simulator.performer import Data, Params, Performer


class AiBehaviours(Performer):
    """AI gathers and assistants."""

    def gather_using_ai(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: gather using AI."""
        if leg.conversation is not None:
            raise errors.already_talking()
        conversation = AiGather(leg, params)
        self._exchange.converse(leg, conversation)
        return {"conversation_id": conversation.conversation_id}

    def ai_assistant_start(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: start AI assistant. One that the account has not fails by webhook."""
        if leg.conversation is not None:
            raise errors.already_talking()
        wanted = self._exchange.assistants.get(params["assistant"]["id"])
        conversation = AssistantTalk(leg, params, wanted, _system_variables(leg))
        self._exchange.converse(leg, conversation)
        return {"conversation_id": conversation.conversation_id}

    def ai_assistant_add_messages(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: add messages to AI assistant."""
        if not isinstance(leg.conversation, AssistantTalk):
            raise errors.unprocessable(
                errors.BAD_REQUEST, "Bad Request", "No AI assistant is in progress on this call."
            )
        leg.conversation.add(
            params.get("messages", []), answers_now=params.get("trigger_response", False)
        )
        return {}

    def ai_assistant_stop(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: stop AI assistant. Without one it is accepted and does nothing."""
        if leg.conversation is not None:
            leg.conversation.stop()
        return {}


def _system_variables(leg: Leg) -> dict[str, str]:
    """Variables that Telnyx sets itself (Telnyx docs: dynamic variables)."""
    agent, user = leg.to, leg.from_
    if leg.direction is Direction.OUTGOING:
        agent, user = user, agent
    return {
        "telnyx_current_time": iso(leg.stamp()),
        "telnyx_conversation_channel": "phone_call",
        "telnyx_agent_target": agent,
        "telnyx_end_user_target": user,
        "call_control_id": leg.call_control_id,
    }
