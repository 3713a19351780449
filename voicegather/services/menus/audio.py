"""Uploaded audio: where Telnyx fetches it, and names that never change what they sound like."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import PurePosixPath
from urllib.parse import urljoin

from django.core.files import File

from voicegather import conf
from voicegather.engine.graph import WordsKind
from voicegather.models import PromptVariant
from voicegather.services.audio import known_sounds
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
            _pin(variant)


def _pin(variant: PromptVariant) -> None:
    storage = variant.audio_file.storage
    old = PurePosixPath(str(variant.audio_file.name))
    with storage.open(str(old)) as content:
        digest = file_digest(content, "sha256").hexdigest()
        name = str(old.with_name(digest + old.suffix.lower()))
        if name == str(old):
            return
        if not storage.exists(name):
            content.seek(0)
            name = storage.save(name, File(content))
    variant.audio_file.name = name
    variant.save(update_fields=["audio_file", "updated_at"])
