"""The commands that hand a caller to a model, in Telnyx's words."""

from __future__ import annotations

from typing import Any

from voicegather.engine.commands import AddMessages, GatherByAi, StartAssistant, Voice

_LISTED = (
    "af sq am ar hy az eu bn bs bg my ca yue zh hr cs da nl en et fil fi fr gl ka de el gu iw hi "
    "hu is id it ja jv kn kk km ko lo lv lt mk ms ml mr mn ne no fa pl pt pa ro ru rw sr si sk sl "
    "ss st es su sw sv ta te th tn tr ts uk ur uz ve vi xh zu"
)
#: What an AI gather can listen to (Telnyx docs: gather_using_ai, language).
LANGUAGES = frozenset(_LISTED.split())
#: Languages of menus that are known to it by other names.
_RENAMED = {"arb": "ar", "cmn": "zh", "he": "iw", "nb": "no", "nn": "no"}


def gather_using_ai(command: GatherByAi) -> dict[str, Any]:
    """The parameters of ``gather_using_ai``; it takes no assistant's id (Telnyx docs)."""
    params: dict[str, Any] = {
        "parameters": dict(command.schema),
        "interruption_settings": {"enable": command.interruptible},
        "user_response_timeout_ms": command.response_timeout_ms,
        "send_partial_results": command.partial_results,
        "send_message_history_updates": command.history_updates,
    }
    assistant = _given(instructions=command.instructions, model=command.model)
    return params | _given(
        greeting=command.greeting,
        gather_ended_speech=command.closing,
        voice=command.voice.name,
        voice_settings=dict(command.voice.settings),
        language=_spoken(command.language),
        assistant=assistant,
        transcription=_transcription(command),
    )


def ai_assistant_start(command: StartAssistant) -> dict[str, Any]:
    """The parameters of ``ai_assistant_start``. What differs from the stored assistant is in it.

    The SDK knows no voice beside the assistant (Telnyx SDK 4.189: CallAssistantRequest).
    """
    assistant: dict[str, Any] = {"id": command.assistant} | _given(
        instructions=command.instructions,
        dynamic_variables={name: value.reveal() for name, value in command.variables.items()},
        voice_settings=_assistants_voice(command.voice),
    )
    if command.greeting is not None:
        assistant["greeting"] = command.greeting
    return {
        "assistant": assistant,
        "interruption_settings": {"enable": command.interruptible},
        "send_message_history_updates": command.history_updates,
    } | _given(transcription=_transcription(command))


def ai_assistant_add_messages(command: AddMessages) -> dict[str, Any]:
    """The parameters of ``ai_assistant_add_messages``."""
    return {
        "messages": [
            {"role": role, "content": content.reveal()} for role, content in command.messages
        ],
        "trigger_response": command.answer_now,
    }


def _assistants_voice(voice: Voice) -> dict[str, Any]:
    """An assistant's settings name their voice and no type (Telnyx docs: VoiceSettings)."""
    if not voice.name:
        return {}
    settings = {name: value for name, value in voice.settings if name != "type"}
    return {"voice": voice.name} | settings


def _transcription(command: GatherByAi | StartAssistant) -> dict[str, Any]:
    return _given(
        model=command.transcription_model,
        language=command.transcription_language,
    )


def _spoken(language: str) -> str:
    """``en-US`` as ``en``, without its country; "" for one that Telnyx would refuse."""
    primary = language.partition("-")[0].lower()
    name = _RENAMED.get(primary, primary)
    return name if name in LANGUAGES else ""


def _given(**params: Any) -> dict[str, Any]:
    """Those that say something: empty ones are left to Telnyx's own defaults."""
    return {name: value for name, value in params.items() if value}
