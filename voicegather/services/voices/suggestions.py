"""Well-known voices by language, to choose from; every other that Telnyx has can be written, too.

Telnyx docs: text to speech, voices.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.services.voices.providers import provider_of

#: Language and the voices of it; "" are voices that speak many languages.
_WELL_KNOWN = """
en-US AWS.Polly.Joanna-Neural AWS.Polly.Matthew-Neural AWS.Polly.Ruth-Neural
en-US Azure.en-US-JennyNeural Azure.en-US-BrianMultilingualNeural
en-US Azure.en-US-AvaMultilingualNeural AWS.Polly.Stephen-Neural
en-US Telnyx.NaturalHD.astra Telnyx.NaturalHD.luna Telnyx.KokoroTTS.af_heart Telnyx.KokoroTTS.af
en-US Humain.sara-en Humain.abdulaziz-en Telnyx.Bayan.Amanda
en-GB AWS.Polly.Amy-Neural AWS.Polly.Brian-Neural AWS.Polly.Emma-Neural Azure.en-GB-SoniaNeural
en-AU AWS.Polly.Olivia-Neural Azure.en-AU-NatashaNeural
en-CA Azure.en-CA-ClaraNeural Azure.en-CA-LiamNeural
en-IN AWS.Polly.Kajal-Neural Azure.en-IN-NeerjaNeural
es-US AWS.Polly.Lupe-Neural AWS.Polly.Pedro-Neural Azure.es-US-PalomaNeural
es-ES AWS.Polly.Lucia-Neural AWS.Polly.Sergio-Neural Azure.es-ES-ElviraNeural
es-MX AWS.Polly.Mia-Neural AWS.Polly.Andres-Neural Azure.es-MX-DaliaNeural
fr-FR AWS.Polly.Lea-Neural AWS.Polly.Remi-Neural Azure.fr-FR-DeniseNeural
fr-CA AWS.Polly.Gabrielle-Neural AWS.Polly.Liam-Neural Azure.fr-CA-SylvieNeural
de-DE AWS.Polly.Vicki-Neural AWS.Polly.Daniel-Neural Azure.de-DE-KatjaNeural
it-IT AWS.Polly.Bianca-Neural AWS.Polly.Adriano-Neural Azure.it-IT-ElsaNeural
pt-BR AWS.Polly.Camila-Neural AWS.Polly.Thiago-Neural Azure.pt-BR-FranciscaNeural
pt-PT AWS.Polly.Ines-Neural Azure.pt-PT-RaquelNeural
nl-NL AWS.Polly.Laura-Neural Azure.nl-NL-ColetteNeural
pl-PL AWS.Polly.Ola-Neural Azure.pl-PL-ZofiaNeural
sv-SE AWS.Polly.Elin-Neural Azure.sv-SE-SofieNeural
da-DK AWS.Polly.Sofie-Neural Azure.da-DK-ChristelNeural
nb-NO AWS.Polly.Ida-Neural Azure.nb-NO-PernilleNeural
tr-TR AWS.Polly.Burcu-Neural Azure.tr-TR-EmelNeural
ja-JP AWS.Polly.Takumi-Neural AWS.Polly.Kazuha-Neural Azure.ja-JP-NanamiNeural
ko-KR AWS.Polly.Seoyeon-Neural Azure.ko-KR-SunHiNeural
cmn-CN AWS.Polly.Zhiyu-Neural
zh-CN Azure.zh-CN-XiaoxiaoNeural
hi-IN AWS.Polly.Kajal-Neural Azure.hi-IN-SwaraNeural
arb AWS.Polly.Zeina Humain.sara-ar Telnyx.Bayan.Ahmed
ur-PK Telnyx.Sukhan.urdu-professor
* Minimax.speech-02-hd.Wise_Woman Inworld.TTS2.Loretta Soniox.tts-rt-v2.Emma
* xAI.eve xAI.ara xAI.rex xAI.sal xAI.leo
"""


@dataclass(frozen=True, slots=True)
class WellKnownVoice:
    """`language` is "" for a voice of many languages."""

    voice: str
    language: str

    @property
    def label(self) -> str:
        """What tells it from others: its language and whose it is."""
        owner = provider_of(self.voice)
        return " · ".join(filter(None, (self.language, owner.label if owner else "")))


def _read() -> tuple[WellKnownVoice, ...]:
    found = []
    for line in _WELL_KNOWN.split("\n"):
        language, *voices = line.split() or [""]
        found += [WellKnownVoice(each, "" if language == "*" else language) for each in voices]
    return tuple(found)


WELL_KNOWN = _read()


def suggested_voices(language: str = "") -> tuple[WellKnownVoice, ...]:
    """The well-known voices: of `language` first, then of its other countries, then others."""
    family = language.partition("-")[0].lower()

    def distance(each: WellKnownVoice) -> int:
        if not language or each.language.lower() == language.lower():
            return 0
        if each.language.partition("-")[0].lower() == family:
            return 1
        return 3 if each.language else 2

    return tuple(sorted(WELL_KNOWN, key=distance))
