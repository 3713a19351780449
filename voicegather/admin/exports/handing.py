"""Exports handed over: small ones at once, large ones once they are ready."""

from __future__ import annotations

from typing import IO

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from voicegather.admin.attachments import attachment
from voicegather.models import Export
from voicegather.models.jobs import UNFINISHED, JobState
from voicegather.services.exports import (
    ExportError,
    Wish,
    ask_export,
    download_name,
    is_small,
    make_now,
    start_export,
)

#: Of the session: the ids of exports that somebody waits for.
WAITING = "voicegather_exports"
#: More than this many nobody waits for.
MOST_WAITING = 20
TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.JSONL: "application/x-ndjson; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def hand_over(request: HttpRequest, wish: Wish) -> HttpResponseBase | None:
    """The file, or the page of an export that is being made; None after saying why not."""
    try:
        export = ask_export(wish)
        if is_small(export):
            return file_response(export, make_now(export))
    except ExportError as problem:
        messages.error(request, str(problem))
        return None
    start_export(export)
    wait_for(request, export)
    told = _("It is being made in the background: a message tells you when it is ready.")
    messages.info(request, told)
    return HttpResponseRedirect(page_of(export))


def file_response(export: Export, file: IO[bytes]) -> StreamingHttpResponse:
    """The open file as a download."""
    content_type = TYPES[Export.Format(export.format)]
    return attachment(file, name=download_name(export), content_type=content_type)


def page_of(export: Export) -> str:
    return reverse("admin:voicegather_export_change", args=[export.pk])


def wait_for(request: HttpRequest, export: Export) -> None:
    """Have the next page after the export's end tell this user."""
    waiting = [*request.session.get(WAITING, ()), export.pk]
    request.session[WAITING] = waiting[-MOST_WAITING:]


def tell_of_ready(request: HttpRequest, *, shown: int | None = None) -> None:
    """Tell of exports that ended since; no query for who waits for none.

    `shown` is the export whose own page this is, and which tells of itself.
    """
    waiting = request.session.get(WAITING)
    if not waiting:
        return
    mine = Export.objects.filter(pk__in=waiting, owner=request.user.pk)
    ended = list(mine.exclude(state__in=UNFINISHED).only("pk", "state", "shape", "format"))
    if not ended:
        return
    for export in ended:
        if export.pk != shown:
            _tell(request, export)
    gone = {export.pk for export in ended}
    request.session[WAITING] = [pk for pk in waiting if pk not in gone]


def _tell(request: HttpRequest, export: Export) -> None:
    link = format_html('<a href="{}">{}</a>', page_of(export), export)
    if export.state == JobState.DONE:
        messages.success(request, format_html(_("Your export is ready: {}."), link))
    elif export.state == JobState.FAILED:
        messages.error(request, format_html(_("Your export failed: {}."), link))
