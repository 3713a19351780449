"""The providers of voices, and the settings of each.

Telnyx docs: speak, voice and voice settings, which are told apart by their `type`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from voicegather.services.voices.settings import Shape, VoiceSetting


@dataclass(frozen=True, slots=True)
class VoiceProvider:
    """Whose voices they are. `name` begins a voice; `type` is that of its settings, "" if none.

    `prefixes` are other beginnings that mean the same. `form` is how its voices are written.
    """

    name: str
    label: str
    form: str
    type: str = ""
    settings: tuple[VoiceSetting, ...] = ()
    prefixes: tuple[str, ...] = ()
    speaks_ssml: bool = False

    @property
    def slug(self) -> str:
        """Its name in forms and styles."""
        return self.name.lower()

    def has_voice(self, voice: str) -> bool:
        """Whether `voice`, as Telnyx takes it, is one of this provider's; in any case."""
        prefix = voice.partition(".")[0].lower()
        return prefix in (self.slug, *(each.lower() for each in self.prefixes))


_KEY = VoiceSetting(
    "api_key_ref",
    _("Key"),
    help=_("The identifier of the integration secret at Telnyx that holds your own key."),
)
_BOOSTS = (
    "auto",
    "Chinese",
    "Chinese,Yue",
    "English",
    "Arabic",
    "Russian",
    "Spanish",
    "French",
    "Portuguese",
    "German",
    "Turkish",
    "Dutch",
    "Ukrainian",
    "Vietnamese",
    "Indonesian",
    "Japanese",
    "Italian",
    "Korean",
    "Thai",
    "Polish",
    "Romanian",
    "Greek",
    "Czech",
    "Finnish",
    "Hindi",
    "Bulgarian",
    "Danish",
    "Hebrew",
    "Malay",
    "Persian",
    "Slovak",
    "Swedish",
    "Croatian",
    "Filipino",
    "Hungarian",
    "Norwegian",
    "Slovenian",
    "Catalan",
    "Nynorsk",
    "Tamil",
    "Afrikaans",
)

PROVIDERS = (
    VoiceProvider(
        "AWS",
        "Amazon Polly",
        "AWS.Polly.Joanna-Neural",
        type="aws",
        prefixes=("Polly",),
        speaks_ssml=True,
    ),
    VoiceProvider(
        "Azure",
        "Microsoft Azure",
        "Azure.en-US-BrianMultilingualNeural",
        type="azure",
        speaks_ssml=True,
        settings=(
            VoiceSetting("region", _("Region"), help=_("Needed with your own key: eastus")),
            _KEY,
            VoiceSetting(
                "deployment_id", _("Deployment"), help=_("Of a custom neural voice of yours.")
            ),
            VoiceSetting("effect", _("Effect"), Shape.CHOICE, choices=("eq_car", "eq_telecomhp8k")),
            VoiceSetting("gender", _("Gender"), Shape.CHOICE, choices=("Male", "Female")),
        ),
    ),
    VoiceProvider(
        "Telnyx",
        "Telnyx",
        "Telnyx.NaturalHD.astra",
        type="telnyx",
        settings=(
            VoiceSetting(
                "voice_speed",
                _("Speed"),
                Shape.NUMBER,
                minimum=0.1,
                maximum=2.0,
                help=_("1 is as the voice is. Some models take no speed; Ultra takes 0.6 to 1.5."),
            ),
        ),
    ),
    VoiceProvider(
        "ElevenLabs",
        "ElevenLabs",
        "ElevenLabs.eleven_multilingual_v2.21m00Tcm4TlvDq8ikWAM",
        type="elevenlabs",
        settings=(_KEY,),
    ),
    VoiceProvider(
        "Minimax",
        "MiniMax",
        "Minimax.speech-02-hd.Wise_Woman",
        type="minimax",
        settings=(
            VoiceSetting("speed", _("Speed"), Shape.NUMBER, help=_("1 is as the voice is.")),
            VoiceSetting("vol", _("Volume"), Shape.NUMBER, help=_("1 is as the voice is.")),
            VoiceSetting("pitch", _("Pitch"), Shape.INTEGER, help=_("0 is as the voice is.")),
            VoiceSetting("language_boost", _("Language"), Shape.CHOICE, choices=_BOOSTS),
        ),
    ),
    VoiceProvider(
        "Inworld",
        "Inworld",
        "Inworld.TTS2.Loretta",
        type="inworld",
        settings=(
            VoiceSetting(
                "delivery_mode",
                _("Delivery"),
                Shape.CHOICE,
                choices=("STABLE", "BALANCED", "CREATIVE"),
                help=_("Of the model TTS2."),
            ),
        ),
    ),
    VoiceProvider(
        "Resemble",
        "Resemble",
        "Resemble.Turbo.my_voice",
        type="resemble",
        settings=(
            VoiceSetting("format", _("Format"), Shape.CHOICE, choices=("wav", "mp3")),
            VoiceSetting(
                "precision",
                _("Precision"),
                Shape.CHOICE,
                choices=("PCM_16", "PCM_24", "PCM_32", "MULAW"),
            ),
            VoiceSetting(
                "sample_rate",
                _("Sample rate"),
                Shape.CHOICE,
                choices=("8000", "16000", "22050", "32000", "44100", "48000"),
            ),
        ),
    ),
    VoiceProvider(
        "Soniox",
        "Soniox",
        "Soniox.tts-rt-v2.Emma",
        type="soniox",
        settings=(
            VoiceSetting("speed", _("Speed"), Shape.NUMBER, minimum=0.7, maximum=1.3),
            VoiceSetting("reduce_silence", _("Shorten silence"), Shape.YES_NO),
        ),
    ),
    VoiceProvider(
        "xAI",
        "xAI",
        "xAI.eve",
        type="xai",
        settings=(VoiceSetting("language", _("Language"), help=_("auto, or a code such as en")),),
    ),
    VoiceProvider("FishAudio", "Fish Audio", "FishAudio.s1.REFERENCE"),
    VoiceProvider("Humain", "Humain", "Humain.sara-en"),
)


def provider_of(voice: str) -> VoiceProvider | None:
    """Whose `voice` it is; None where its beginning is not known here."""
    return next((each for each in PROVIDERS if each.has_voice(voice)), None)


def provider_named(slug: str) -> VoiceProvider | None:
    """The provider that forms call so, None where there is none."""
    return next((each for each in PROVIDERS if each.slug == slug), None)
