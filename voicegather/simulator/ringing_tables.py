"""The parameters of the commands that ring somebody: dial and transfer (Telnyx docs: both)."""

from __future__ import annotations

from voicegather.simulator.nested import holding
from voicegather.simulator.parameters import (
    E164,
    LARGEST_INTEGER,
    Kind,
    Parameter,
    destination,
    destinations,
    flag,
    integer,
    listing,
    mapping,
    matching,
    number,
    one_of,
    text,
    web_address,
)
from voicegather.simulator.tables import (
    CLIENT_STATE,
    COMMON,
    DTMF_TO_SEND,
    MEDIA_OF_A_NEW_CALL,
    RECORDING,
    STREAMING,
    WEBHOOKS,
    words,
)
from voicegather.simulator.validation import Table

#: answering_machine_detection_config; the beeps' part is newer than the document (Telnyx SDK).
DETECTION: Table = {
    **{
        name: integer(0, LARGEST_INTEGER)
        for name in words(
            "after_greeting_silence_millis between_words_silence_millis greeting_duration_millis "
            "greeting_silence_duration_millis greeting_total_analysis_time_millis "
            "initial_silence_millis maximum_number_of_words maximum_word_length_millis "
            "prompt_end_timeout_millis silence_threshold total_analysis_time_millis "
            "beep_max_frequency_hz beep_min_frequency_hz beep_min_tone_duration_millis "
            "beep_spectral_window_millis"
        )
    },
    "beep_detection_profile": one_of("both", "freq_only"),
    "beep_spectral_confirmation": flag(),
    "beep_spectral_min_purity": number(0, 1),
    "beep_spectral_reject_fax_cng": flag(),
}
#: What `transfer` and `dial` share: both ring somebody.
RINGING: Table = {
    "answering_machine_detection": one_of(
        "premium",
        "premium_ios_call_screening_detection",
        "detect",
        "detect_beep",
        "detect_words",
        "greeting_end",
        "disabled",
    ),
    "answering_machine_detection_config": mapping(holding(DETECTION)),
    "audio_url": text(check=web_address, code="10003"),
    "custom_headers": listing(),
    "diversion": text(code="10016", check=matching(E164, "a phone number in +E.164 format")),
    "from_display_name": text(code="10033", longest=128),
    "media_encryption": one_of("disabled", "SRTP", "DTLS"),
    "media_name": text(),
    "park_after_unbridge": one_of("self"),
    "preferred_codecs": text(),
    "privacy": one_of("id", "none"),
    "route_to_mobile": flag(),
    "send_digits_on_answer": text(
        code="90014", longest=64, check=matching(DTMF_TO_SEND, "made of 0-9A-DwW*#")
    ),
    "sip_auth_password": text(),
    "sip_auth_username": text(),
    "sip_headers": listing(),
    "sip_region": one_of("US", "Europe", "Canada", "Australia", "Middle East"),
    "sip_transport_protocol": one_of("UDP", "TCP", "TLS"),
    "sound_modifications": mapping(),
    "time_limit_secs": integer(30, 14_400),
    "timeout_secs": integer(5, 600),
}

TRANSFER: Table = {
    **COMMON,
    **WEBHOOKS,
    **RECORDING,
    **RINGING,
    "to": text(code="10016", check=destination).needed(),
    "from": text(code="10016", check=destination),
    "early_media": flag(),
    "mute_dtmf": one_of("none", "both", "self", "opposite"),
    "target_leg_client_state": CLIENT_STATE,
}
DIAL: Table = {
    **COMMON,
    **WEBHOOKS,
    **RECORDING,
    **STREAMING,
    **MEDIA_OF_A_NEW_CALL,
    **RINGING,
    "connection_id": text().needed(),
    "from": text(code="10016", check=destination).needed(),
    "to": Parameter(Kind.TEXT_OR_ARRAY, code="10016", required=True, check=destinations),
    "bridge_intent": flag(),
    "bridge_on_answer": flag(),
    "conference_config": mapping(),
    "dialogflow_config": mapping(),
    "enable_dialogflow": flag(),
    "link_to": text(),
    "prevent_double_bridge": flag(),
    "retry_on_timeout": flag(),
    "stream_auth_token": text(longest=4000),
    "stream_bidirectional_sampling_rate": one_of(8000, 16_000, 22_050, 24_000, 48_000),
    "stream_establish_before_call_originate": flag(),
    "supervise_call_control_id": text(),
    "supervisor_role": one_of("barge", "whisper", "monitor"),
}
