"""Recordings of a version as it was published: are they at Telnyx still?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from voicegather.services.audio import stored_name_of, what_is_missing, whereabouts_of
from voicegather.services.menus.lint.subject import Subject


def check_recordings(subject: Subject) -> None:
    """What the compiled prompts play from Telnyx's media storage, and we brought there."""
    named = [
        (key, language, stored)
        for key, variants in subject.graph.prompts.items()
        for language, words in variants.items()
        if (stored := stored_name_of(words.media_name))
    ]
    found = whereabouts_of(stored for _, _, stored in named)
    for key, language, stored in named:
        problem = what_is_missing(found[stored])
        if problem is not None:
            code, message = problem
            where = _("prompt “%(prompt)s” in %(language)s") % {
                "prompt": key,
                "language": language,
            }
            subject.error(code, "", "", f"{where} {message}")
