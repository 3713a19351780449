"""What no single parameter can tell: rules across the parameters of a command."""

from __future__ import annotations

from typing import Any

from voicegather.simulator import errors
from voicegather.simulator.errors import Problem
from voicegather.simulator.parameters import LEGACY_VOICES, spoken_markup
from voicegather.simulator.validation import CrossCheck, problem_with


def at_most_one(*names: str) -> CrossCheck:
    """Of these parameters at most one may be given."""

    def check(body: dict[str, Any]) -> Problem | None:
        given = [name for name in names if name in body]
        if len(given) > 1:
            return problem_with(
                given[1], errors.BAD_REQUEST, f"cannot be used together with {given[0]}"
            )
        return None

    return check


def at_least_one(*names: str) -> CrossCheck:
    """Of these parameters at least one must be given."""

    def check(body: dict[str, Any]) -> Problem | None:
        if not any(name in body for name in names):
            return problem_with(
                names[0], errors.MISSING_PARAMETER, f"or one of {', '.join(names)} is required"
            )
        return None

    return check


def needs_link(body: dict[str, Any]) -> Problem | None:
    """Bridging a dialled leg by itself needs the leg to bridge it with."""
    for name in ("bridge_intent", "bridge_on_answer", "park_after_unbridge"):
        if body.get(name) and not body.get("link_to"):
            return problem_with("link_to", errors.MISSING_PARAMETER, f"is required with {name}")
    return None


def digits_in_order(body: dict[str, Any]) -> Problem | None:
    """No gather can have fewer digits at most than at least."""
    if body.get("minimum_digits", 1) > body.get("maximum_digits", 128):
        return problem_with("minimum_digits", "90022", "must not be greater than maximum_digits")
    return None


def speech_fits_its_service(body: dict[str, Any]) -> Problem | None:
    """basic speaks en-US text only; only basic has the legacy voices; SSML is well formed."""
    basic = body.get("service_level") == "basic"
    if basic and body.get("language", "en-US") != "en-US":
        return problem_with("language", "90013", "must be en-US at the basic service level")
    if basic and body.get("payload_type") == "ssml":
        return problem_with("payload_type", "90011", "must be text at the basic service level")
    if body["voice"] in LEGACY_VOICES and not basic:
        return problem_with("voice", "90012", "is a voice of the basic service level")
    if body.get("payload_type") == "ssml":
        for name in ("payload", "invalid_payload"):
            if body.get(name) and (fault := spoken_markup(body[name])) is not None:
                return problem_with(name, "90010", fault)
    return None


def greeting_fits_its_voice(body: dict[str, Any]) -> Problem | None:
    """Only voices of AWS Polly take a greeting in SSML, and it is well formed."""
    return _markup_fault("greeting", body.get("greeting", ""), body.get("voice", ""))


def assistants_greeting_fits_its_voice(body: dict[str, Any]) -> Problem | None:
    """The same for an assistant, whose own voice is not known here: only one given is judged."""
    assistant = body.get("assistant", {})
    voice = assistant.get("voice_settings", {}).get("voice", "AWS.Polly")
    return _markup_fault("greeting", body.get("greeting", ""), voice) or _markup_fault(
        "assistant/greeting", assistant.get("greeting") or "", voice
    )


def _markup_fault(name: str, text: str, voice: str) -> Problem | None:
    if not text.lstrip().startswith("<speak"):
        return None
    if "Polly" not in voice:
        return problem_with(name, "90010", "may be SSML for the voices AWS.Polly.* only")
    fault = spoken_markup(text.lstrip())
    return None if fault is None else problem_with(name, "90010", fault)


def encryption_fits_destination(body: dict[str, Any]) -> Problem | None:
    """Media cannot be encrypted on the way to a telephone number."""
    encrypted = body.get("media_encryption", "disabled") != "disabled"
    if encrypted and isinstance(body["to"], str) and body["to"].startswith("+"):
        return problem_with("media_encryption", "10011", "is not supported for phone numbers")
    return None
