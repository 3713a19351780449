"""The engine's commands in Telnyx's words: an action and its JSON parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from voicegather.engine.commands import (
    AddMessages,
    Answer,
    Audio,
    Command,
    Dial,
    Gather,
    GatherByAi,
    HangUp,
    PauseRecording,
    Play,
    Reject,
    ResumeRecording,
    Speech,
    StartAssistant,
    StartRecording,
    StopAssistant,
    StopGather,
    StopPlaying,
    StopRecording,
    Transfer,
)
from voicegather.provider import ai_actions
from voicegather.provider.client_state import ClientState, encode
from voicegather.provider.transcription_languages import language_for

#: Every key may end up in an entry: what is wrong is judged by the engine, not by Telnyx.
ALL_KEYS = "0123456789#*"


@dataclass(frozen=True, slots=True)
class TelnyxCommand:
    """``POST /calls/{leg}/actions/{action}``; `leg` is "" for the caller's leg.

    The action ``dial`` is ``POST /calls``: it makes the caller's leg.
    """

    action: str
    params: dict[str, Any]
    leg: str = ""


def to_telnyx(command: Command, *, call_token: str, seq: int) -> TelnyxCommand:
    """The action and parameters of `command`, with its client state, without a command id.

    Raises TypeError for a command that this release cannot send.
    """
    action, params, leg = _translate(command, call_token, seq)
    params["client_state"] = encode(ClientState(call_token, seq, is_target=bool(leg)))
    return TelnyxCommand(action, params, leg)


def _translate(command: Command, call_token: str, seq: int) -> tuple[str, dict[str, Any], str]:
    match command:
        case Answer():
            return "answer", {}, ""
        case Reject():
            return "reject", {"cause": "USER_BUSY"}, ""
        case HangUp():
            return "hangup", {}, command.leg
        case Play(prompt=Speech() as speech):
            return "speak", _speech(speech), ""
        case Play(prompt=Audio() as audio):
            return "playback_start", _audio(audio) | _audio_type(audio), ""
        case Gather():
            return (*_gather(command), "")
        case StopGather():
            return "gather_stop", {}, ""
        case StopPlaying():
            return "playback_stop", {}, ""
        case Transfer():
            return "transfer", _transfer(command, call_token, seq), ""
        case GatherByAi():
            return "gather_using_ai", ai_actions.gather_using_ai(command), ""
        case StartAssistant():
            return "ai_assistant_start", ai_actions.ai_assistant_start(command), ""
        case AddMessages():
            return "ai_assistant_add_messages", ai_actions.ai_assistant_add_messages(command), ""
        case StopAssistant():
            return "ai_assistant_stop", {}, ""
        case StartRecording():
            return "record_start", _recording(command), ""
        case StopRecording():
            return "record_stop", {}, ""
        case PauseRecording():
            return "record_pause", {}, ""
        case ResumeRecording():
            return "record_resume", {}, ""
        case Dial():
            return "dial", _dial(command), ""
    raise TypeError(f"{type(command).__name__} is not a command that Telnyx has")


def _gather(command: Gather) -> tuple[str, dict[str, Any]]:
    common: dict[str, Any] = {
        "minimum_digits": command.minimum_digits,
        "maximum_digits": command.maximum_digits,
        "inter_digit_timeout_millis": command.inter_digit_timeout_ms,
        "terminating_digit": command.terminator,
        "valid_digits": ALL_KEYS,
    }
    if command.prompt is None:
        longest = command.first_digit_timeout_ms + command.inter_digit_timeout_ms * (
            command.maximum_digits
        )
        return "gather", common | {
            "initial_timeout_millis": command.first_digit_timeout_ms,
            "timeout_millis": longest,
        }
    common |= {"maximum_tries": 1, "timeout_millis": command.first_digit_timeout_ms}
    if isinstance(command.prompt, Speech):
        return "gather_using_speak", common | _speech(command.prompt)
    return "gather_using_audio", common | _audio(command.prompt)


def _speech(speech: Speech) -> dict[str, Any]:
    params: dict[str, Any] = {
        "payload": speech.text,
        "payload_type": "ssml" if speech.ssml else "text",
        "voice": speech.voice,
    }
    if speech.language:
        params["language"] = speech.language
    if speech.voice_settings:
        params["voice_settings"] = dict(speech.voice_settings)
    return params


def _audio(audio: Audio) -> dict[str, Any]:
    return {"media_name": audio.media_name} if audio.media_name else {"audio_url": audio.url}


def _audio_type(audio: Audio) -> dict[str, Any]:
    """playback_start takes MP3 unless told (Telnyx docs: audio_type)."""
    path = audio.url.partition("?")[0].lower()
    return {"audio_type": "wav"} if path.endswith(".wav") else {}


def _transfer(command: Transfer, call_token: str, seq: int) -> dict[str, Any]:
    params: dict[str, Any] = {
        "to": command.to,
        "timeout_secs": command.timeout_s,
        "target_leg_client_state": encode(ClientState(call_token, seq, is_target=True)),
    }
    if command.from_:
        params["from"] = command.from_
    if command.keep_caller:
        params["park_after_unbridge"] = "self"
    return params


def _recording(command: StartRecording) -> dict[str, Any]:
    """One channel of the caller alone, or two of everybody (Telnyx docs: recording start)."""
    params: dict[str, Any] = {"format": "mp3", "channels": "single", "recording_track": "inbound"}
    if command.both_sides:
        params |= {"channels": "dual", "recording_track": "both"}
    if command.beep:
        params["play_beep"] = True
    if command.silence_s:
        params["timeout_secs"] = command.silence_s
    if command.longest_s:
        params["max_length"] = command.longest_s
    if command.transcribe:
        params["transcription"] = True
        if language := language_for(command.language):
            params["transcription_language"] = language
    return params


def _dial(command: Dial) -> dict[str, Any]:
    """Without the connection's id, which the account has (Telnyx docs: Dial)."""
    params: dict[str, Any] = {
        "to": command.to,
        "from": command.from_,
        "timeout_secs": command.timeout_s,
    }
    if command.detect_machine:
        params["answering_machine_detection"] = "premium"
    return params
