"""Settings that AI gathers and assistants share, and what they come to in a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voicegather.engine.commands import Speech, Voice
from voicegather.engine.config import Role, setting
from voicegather.engine.turn import Turn
from voicegather.engine.wording import marked as _

#: Telnyx docs: text to speech, voice_settings: these are numbers and booleans, all others text.
_NUMBERS = frozenset({"voice_speed", "speed", "vol", "pitch"})
_TRUTHS = frozenset({"reduce_silence"})
#: Telnyx docs: gather_using_ai, language.
LANGUAGES = frozenset(
    """
    af am ar az bg bn bs ca cs da de el en es et eu fa fi fil fr gl gu hi hr hu hy id is it iw ja jv
    ka kk km kn ko lo lt lv mk ml mn mr ms my ne nl no pa pl pt ro ru rw si sk sl sq sr ss st su sv
    sw ta te th tn tr ts uk ur uz ve vi xh yue zh zu
    """.split()  # noqa: SIM905 - eighty quoted tags in a column say no more
)


def instructions_setting() -> Any:
    return setting(
        label=_("Instructions"),
        help=_(
            "How the model shall behave; {{ variables }} of the call are filled in. Empty: its own."
        ),
        default="",
        role=Role.TEMPLATE,
    )


def voice_setting(help: str) -> Any:
    return setting(
        label=_("Voice"),
        help=help,
        default="",
    )


def voice_settings_setting() -> Any:
    return setting(
        label=_("Voice settings"),
        help=_(
            "What Telnyx takes for the voice’s provider, with its type: telnyx and voice_speed: "
            "1.2, say. Only with a voice."
        ),
        default={},
    )


def transcription_model_setting() -> Any:
    return setting(
        label=_("Transcription model"),
        help=_("What turns speech into text, such as deepgram/nova-3. Empty: Telnyx’s own choice."),
        default="",
    )


def transcription_language_setting() -> Any:
    return setting(
        label=_("Transcription language"),
        help=_(
            "What the transcription model listens for, such as en or multi. Empty: it finds out."
        ),
        default="",
    )


def interruptible_setting() -> Any:
    return setting(
        label=_("May be interrupted"),
        help=_("Callers may talk over the model."),
        default=True,
    )


def global_choices_setting() -> Any:
    return setting(
        label=_("Take the menu’s global choices"),
        help=_("Callers may press their keys, such as 0 for the operator, while the model talks."),
        default=True,
    )


def history_updates_setting() -> Any:
    return setting(
        label=_("Follow the conversation live"),
        help=_("Each turn is told as it is said; otherwise the conversation is known at its end."),
        default=True,
    )


def voice_of(name: str, settings: Mapping[str, str], words: Speech | None) -> Voice:
    """The voice of a command: as set, else that of the words that it speaks first, if any."""
    if name:
        return Voice(name, tuple(sorted((key, _value(key, settings[key])) for key in settings)))
    return Voice(words.voice, words.voice_settings) if words else Voice()


def spoken(turn: Turn, prompt: str) -> Speech | None:
    """The words of a prompt for a command that can speak but not play; None without words."""
    sound = turn.sound([prompt])
    return sound if isinstance(sound, Speech) else None


def language_of(setting: str, call_language: str) -> str:
    """The language to listen for: as set, else the call's own where Telnyx knows it, else ""."""
    own = call_language.partition("-")[0].lower()
    return setting or (own if own in LANGUAGES else "")


def _value(name: str, text: str) -> str | int | float | bool:
    if name in _NUMBERS:
        try:
            return float(text) if "." in text else int(text)
        except ValueError:
            return text
    return text == "true" if name in _TRUTHS else text
