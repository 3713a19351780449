"""The receipt of an erasure: what was erased, without a word of whom."""

from __future__ import annotations

from django.apps import apps
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.models import Erasure

#: Counts that are no rows of a table.
WORDS = {
    "export_anew": gettext_lazy("exports made anew or dropped"),
    "newer_call": gettext_lazy("calls that began after the request, and are not covered"),
    "telnyx_leg": gettext_lazy("recordings that Telnyx listed, and deleted"),
    "telnyx_recording": gettext_lazy("recordings deleted at Telnyx, or gone there"),
    "telnyx_transcription": gettext_lazy("transcriptions deleted at Telnyx, or gone there"),
    "telnyx_conversation": gettext_lazy("conversations deleted at Telnyx, or gone there"),
    "left_at_telnyx": gettext_lazy("records that Telnyx had not deleted when this was closed"),
    "logentry": gettext_lazy("lines of the admin’s log, blacked out"),
    "menutest": gettext_lazy("saved tests, blacked out"),
    "export": gettext_lazy("filters of exports, blacked out"),
}


def counted(erasure: Erasure) -> list[tuple[str, int]]:
    """What was erased, in words, and how many of each."""
    return [(_name(name), number) for name, number in sorted(erasure.counts.items()) if number]


def receipt_of(erasure: Erasure) -> str:
    """A text to keep, or to send to whoever asked for the erasure."""
    lines = [
        _("Receipt of an erasure"),
        "",
        f"{_('Number')}: {erasure.pk}",
        f"{_('Covers')}: {erasure.get_scope_display()}",
        f"{_('Asked for')}: {_moment(erasure.created_at)}",
        f"{_('By')}: {erasure.asked_by or '–'}",
        f"{_('Reason')}: {erasure.reason}",
        f"{_('State')}: {erasure.get_state_display()}",
        f"{_('Finished')}: {_moment(erasure.finished_at)}",
        f"{_('Keyed hash of the caller')}: {erasure.subject_hash}",
        "",
        _("Erased:"),
        *(f"  {number:>9}  {words}" for words, number in counted(erasure)),
    ]
    return "\n".join(lines) + "\n"


def _moment(moment: object) -> str:
    if moment is None:
        return "–"
    local = timezone.localtime(moment)  # type: ignore[arg-type]
    return f"{date_format(local, 'Y-m-d H:i:s')} {local:%Z}"


def _name(name: str) -> str:
    if name in WORDS:
        return str(WORDS[name])
    model = apps.all_models["voicegather"].get(name)
    return str(model._meta.verbose_name_plural) if model else name
