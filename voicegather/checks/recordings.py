"""How uploaded prompts reach callers. Asked beside the other checks of the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Warning

from voicegather import conf
from voicegather.checks.database import ALIAS
from voicegather.checks.values import fit
from voicegather.models import PromptVariant


def unreachable_recordings(tables: Collection[str]) -> Iterator[CheckMessage]:
    """Uploaded prompts that Telnyx is to fetch, and that have no whole address."""
    if PromptVariant._meta.db_table not in tables or not fit("AUDIO_DELIVERY", "PUBLIC_URL"):
        return
    if conf.get("AUDIO_DELIVERY") == "media" or conf.get("PUBLIC_URL"):
        return
    uploaded = PromptVariant.objects.using(ALIAS).filter(kind="audio").exclude(audio_file="")
    if not uploaded.exists() or _has_addresses():
        return
    yield Warning(
        "Uploaded prompts have no address that Telnyx could fetch them from.",
        hint=(
            "Set VOICEGATHER['PUBLIC_URL'] to the site's address, such as "
            "https://www.example.com, or AUDIO_DELIVERY to 'media'."
        ),
        id="voicegather.W015",
    )


def _has_addresses() -> bool:
    storage = PromptVariant._meta.get_field("audio_file").storage
    try:
        parts = urlsplit(storage.url("voicegather/prompts/any.wav"))
    except Exception:
        # A storage that has to be asked for an address, or is out of reach: the doctor tells.
        return True
    return bool(parts.scheme and parts.hostname)
