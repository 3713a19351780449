"""The parameters of each command (Telnyx docs: Voice API commands; their ranges: API errors)."""

from __future__ import annotations

import re
from typing import Any

from voicegather.simulator.parameters import (
    LARGEST_INTEGER,
    MAXIMUM_TEXT,
    Kind,
    Parameter,
    base64_line,
    distinct_keys,
    flag,
    integer,
    known_voice,
    listing,
    mapping,
    matching,
    one_key_or_none,
    one_of,
    text,
    voice_settings,
    web_address,
)
from voicegather.simulator.validation import Table


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


LANGUAGES = words(
    "arb cmn-CN cy-GB da-DK de-DE en-AU en-GB en-GB-WLS en-IN en-US es-ES es-MX es-US fr-CA fr-FR "
    "hi-IN is-IS it-IT ja-JP ko-KR nb-NO nl-NL pl-PL pt-BR pt-PT ro-RO ru-RU sv-SE tr-TR"
)
RINGTONES = words(
    "at au be bg br ch cl cn cz de dk ee es fi fr gr hu il in it jp lt mx my nl no nz ph pl pt ru "
    "se sg th tw uk us-old us ve za"
)
#: Keys that webhook_urls may have (Telnyx docs: call webhooks).
EVENT_TYPES = frozenset(
    f"call.{name}"
    for name in words(
        "initiated answered hangup bridged hold unhold cost transcription dequeued enqueued "
        "speak.started speak.ended playback.started playback.ended dtmf.received gather.ended "
        "ai_gather.partial_results ai_gather.message_history_updated ai_gather.ended "
        "conversation.created conversation.start_failed conversation.ended "
        "conversation_insights.generated machine.detection.ended machine.greeting.ended "
        "machine.premium.detection.started machine.premium.detection.ended "
        "machine.premium.greeting.ended machine.premium.call_screening.detected "
        "recording.saved recording.error recording.transcription.saved "
        "refer.started refer.completed refer.failed payment.progress payment.completed"
    )
)
CODECS = ("PCMU", "PCMA", "G722", "OPUS", "AMR-WB", "L16")
DTMF_TO_SEND = re.compile(r"[0-9A-DwW*#]+")
SIP_REASON = re.compile(r'[^"\\\x00-\x1f\x7f\U00010000-\U0010ffff]*')


def _event_map(value: dict[str, Any]) -> str | None:
    unknown = sorted(set(value) - EVENT_TYPES)
    if unknown:
        return f"must have event types as keys, not {', '.join(unknown)}"
    for urls in value.values():
        if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
            return "must map event types to lists of URLs"
    return None


def _retry_policies(value: dict[str, Any]) -> str | None:
    for policy in value.values():
        waits = policy.get("retries_ms", []) if isinstance(policy, dict) else None
        if not isinstance(waits, list) or not all(type(wait) is int for wait in waits):
            return "must map event types to {retries_ms: [milliseconds]}"
        if len(waits) > 5 or sum(waits) > 60_000:
            return "must hold at most 5 waits of at most 60000 ms together"
    return None


CLIENT_STATE = text(code="90017", check=base64_line)
COMMON: Table = {"client_state": CLIENT_STATE, "command_id": text(shortest=1)}
WEBHOOKS: Table = {
    "webhook_url": text(check=web_address, code="10003"),
    "webhook_url_method": one_of("POST", "GET"),
    "webhook_urls": mapping(_event_map, code="90057"),
    "webhook_urls_method": one_of("POST", "GET"),
    "webhook_retries_policies": mapping(_retry_policies),
}
RECORDING: Table = {
    "record": one_of("record-from-answer"),
    "record_channels": one_of("single", "dual"),
    "record_custom_file_name": text(shortest=1, longest=40),
    "record_format": one_of("wav", "mp3"),
    "record_max_length": integer(0, 43_200),
    "record_timeout_secs": integer(0, LARGEST_INTEGER),
    "record_track": one_of("both", "inbound", "outbound"),
    "record_trim": one_of("trim-silence"),
}
STREAMING: Table = {
    "stream_bidirectional_codec": one_of(*CODECS),
    "stream_bidirectional_mode": one_of("mp3", "rtp"),
    "stream_bidirectional_target_legs": one_of("both", "self", "opposite"),
    "stream_codec": one_of(*CODECS, "default"),
    "stream_track": one_of("inbound_track", "outbound_track", "both_tracks"),
    "stream_url": text(),
}
#: What `answer` and `dial` share beyond the above.
MEDIA_OF_A_NEW_CALL: Table = {
    "assistant": mapping(),
    "billing_group_id": text(),
    "conversation_relay_config": mapping(),
    "custom_headers": listing(),
    "deepfake_detection": mapping(),
    "send_silence_when_idle": flag(),
    "sip_headers": listing(),
    "sound_modifications": mapping(),
    "transcription": flag(),
    "transcription_config": mapping(),
}
GATHERING: Table = {
    "minimum_digits": integer(1, 128, code="90022"),
    "maximum_digits": integer(1, 128, code="90023"),
    "timeout_millis": integer(1, LARGEST_INTEGER, code="90025"),
    "inter_digit_timeout_millis": integer(1, 120_000, code="90026"),
    "terminating_digit": text(code="90007", check=one_key_or_none),
    "valid_digits": text(code="90008", check=distinct_keys),
}
PROMPTED: Table = {"maximum_tries": integer(1, 128, code="90024")}
PAYLOAD = text(code="90010", shortest=1, longest=MAXIMUM_TEXT)
SPEAKING: Table = {
    "payload": PAYLOAD.needed(),
    "voice": text(code="90012", check=known_voice).needed(),
    "payload_type": one_of("text", "ssml", code="90011"),
    "service_level": one_of("basic", "premium", code="90030"),
    "language": one_of(*LANGUAGES, code="90013"),
    "voice_settings": mapping(voice_settings),
}
LOOP = Parameter(Kind.LOOP, code="90009")
STOP = one_of("current", "all", code="90016")
TARGET_LEGS = one_of("self", "opposite", "both")
RECORDING_ID: Table = {**COMMON, "recording_id": text()}

ANSWER: Table = {
    **COMMON,
    **WEBHOOKS,
    **RECORDING,
    **STREAMING,
    **MEDIA_OF_A_NEW_CALL,
    "preferred_codecs": text(),
}
REJECT: Table = {**COMMON, "cause": one_of("CALL_REJECTED", "USER_BUSY").needed()}
HANGUP: Table = {
    **COMMON,
    "custom_headers": listing(),
    "reason": text(check=matching(SIP_REASON, "without quotes, backslashes or control characters")),
}
CLIENT_STATE_UPDATE: Table = {"client_state": CLIENT_STATE.needed()}
BRIDGE: Table = {
    **COMMON,
    **RECORDING,
    "call_control_id": text(code="90015"),
    "queue": text(),
    "video_room_id": text(),
    "video_room_context": text(),
    "hold_after_unbridge": flag(),
    "mute_dtmf": one_of("none", "both", "self", "opposite"),
    "park_after_unbridge": one_of("self"),
    "play_ringtone": flag(),
    "prevent_double_bridge": flag(),
    "ringtone": one_of(*RINGTONES),
}
SPEAK: Table = {
    **COMMON,
    **SPEAKING,
    "loop": LOOP,
    "stop": STOP,
    "target_legs": TARGET_LEGS,
}
PLAYBACK_START: Table = {
    **COMMON,
    "audio_url": text(check=web_address, code="10003"),
    "media_name": text(),
    "playback_content": text(check=base64_line),
    "audio_type": one_of("mp3", "wav"),
    "cache_audio": flag(),
    "loop": LOOP,
    "overlay": flag(),
    "stop": STOP,
    "target_legs": TARGET_LEGS,
}
PLAYBACK_STOP: Table = {**COMMON, "stop": STOP, "overlay": flag()}
GATHER: Table = {
    **COMMON,
    **GATHERING,
    "initial_timeout_millis": integer(1, 120_000, code="90056"),
    "gather_id": text(code="10033", shortest=1, longest=40),
}
GATHER_USING_SPEAK: Table = {
    **COMMON,
    **GATHERING,
    **PROMPTED,
    **SPEAKING,
    "invalid_payload": PAYLOAD,
}
GATHER_USING_AUDIO: Table = {
    **COMMON,
    **GATHERING,
    **PROMPTED,
    "audio_url": text(check=web_address, code="10003"),
    "media_name": text(),
    "invalid_audio_url": text(check=web_address, code="10003"),
    "invalid_media_name": text(),
}
GATHER_STOP: Table = COMMON
SEND_DTMF: Table = {
    **COMMON,
    "digits": text(
        code="90014", shortest=1, check=matching(DTMF_TO_SEND, "made of 0-9A-DwW*#")
    ).needed(),
    "duration_millis": integer(100, 500, code="90027"),
}
RECORD_START: Table = {
    **COMMON,
    "format": one_of("wav", "mp3").needed(),
    "channels": one_of("single", "dual").needed(),
    "custom_file_name": text(shortest=1, longest=40),
    "max_length": integer(0, 14_400),
    "play_beep": flag(),
    "recording_track": one_of("both", "inbound", "outbound"),
    "timeout_secs": integer(0, LARGEST_INTEGER),
    "transcription": flag(),
    "transcription_engine": one_of("A", "B", "deepgram/nova-3"),
    "transcription_language": text(),
    "transcription_max_speaker_count": integer(1, LARGEST_INTEGER),
    "transcription_min_speaker_count": integer(1, LARGEST_INTEGER),
    "transcription_profanity_filter": flag(),
    "transcription_speaker_diarization": flag(),
    "trim": one_of("trim-silence"),
}
