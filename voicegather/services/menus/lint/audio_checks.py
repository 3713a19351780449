"""Recorded prompts: can Telnyx fetch them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from django.utils.translation import gettext as _

from voicegather.engine.graph import WordsKind
from voicegather.models import PromptVariant
from voicegather.services.audio import Whereabouts, what_is_missing
from voicegather.services.display import grouped
from voicegather.services.menus.audio import public_url

#: Telnyx docs: gather_using_audio, audio_url.
MOST_CHARACTERS = 2_000
_EXPIRING = frozenset({"expires", "x-amz-expires", "x-goog-expires", "se"})


def audio_problems(
    variant: PromptVariant, recordings: Mapping[str, tuple[Whereabouts, ...]] | None = None
) -> Iterator[tuple[str, str]]:
    """What keeps the audio of a variant from being played: ``(code, message)``.

    `recordings` says where uploaded files are, None where Telnyx fetches them from the site.
    """
    if variant.kind == WordsKind.MEDIA:
        if not variant.media_name.strip():
            yield "prompt_empty", _("has no media name: name a file in Telnyx media storage")
        return
    if variant.audio_file and not variant.audio_file.storage.exists(str(variant.audio_file.name)):
        yield (
            "audio_missing",
            _("has lost its file %(file)s: upload it again") % {"file": variant.audio_file.name},
        )
        return
    if variant.audio_file and recordings is not None:
        problem = what_is_missing(recordings.get(str(variant.audio_file.name), ()))
        if problem is not None:
            yield problem
        return
    url = public_url(variant)
    if not url:
        yield "prompt_empty", _("has no sound: upload a file or give a URL")
        return
    yield from _url_problems(url, uploaded=bool(variant.audio_file))


def _url_problems(url: str, *, uploaded: bool) -> Iterator[tuple[str, str]]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        if uploaded:
            message = _(
                "has the address %(url)s, which Telnyx cannot fetch: set "
                "VOICEGATHER['PUBLIC_URL'] to the site's address"
            ) % {"url": url}
        else:
            message = _(
                "has the address %(url)s, which Telnyx cannot fetch: "
                "write an address that begins with https://"
            ) % {"url": url}
        yield "audio_url", message
    if len(url) > MOST_CHARACTERS:
        yield (
            "audio_url",
            _("has an address of %(count)s characters, Telnyx takes %(most)s")
            % {"count": len(url), "most": grouped(MOST_CHARACTERS)},
        )
    if any(name.lower() in _EXPIRING for name, _value in parse_qsl(parts.query)):
        yield "audio_url", _("has an address that expires: a version needs one that lasts")
