"""Uploaded audio: where Telnyx fetches it, and names that never change what they sound like."""

from __future__ import annotations

from urllib.parse import urljoin

from voicegather import conf
from voicegather.engine.graph import WordsKind
from voicegather.models import PromptVariant
from voicegather.services.audio import known_sounds, pin_variant
from voicegather.services.menus.draft import Draft


def public_url(variant: PromptVariant) -> str:
    """The URL of an audio variant: its uploaded file's, else the one that it names.

    Relative when the storage's URLs are and the setting PUBLIC_URL is empty.
    """
    if not variant.audio_file:
        return variant.audio_url
    base = conf.get("PUBLIC_URL")
    url = variant.audio_file.url
    return urljoin(base.rstrip("/") + "/", url) if base else url


def pin_uploaded_audio(draft: Draft) -> None:
    """Give every uploaded file of the draft a name made of its content.

    A published version then goes on sounding as it did, whatever is uploaded later. The variants
    are changed to the new names; the files under the old ones stay. What was uploaded in the admin
    has such a name from the beginning.
    """
    uploaded = [
        variant
        for prompt in draft.prompts.values()
        for variant in prompt.variants.all()
        if variant.kind == WordsKind.AUDIO and variant.audio_file
    ]
    known = known_sounds(str(variant.audio_file.name) for variant in uploaded) if uploaded else {}
    for variant in uploaded:
        if variant.audio_file.name not in known:
            pin_variant(variant)
