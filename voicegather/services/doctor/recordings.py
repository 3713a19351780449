"""Whether callers can hear the recordings: from the site's storage, or from Telnyx's."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.engine.graph import WordsKind
from voicegather.models import MediaUpload, PromptVariant
from voicegather.models.jobs import UNFINISHED, JobState
from voicegather.services import moments
from voicegather.services.audio import accounts_in_use, delivers_by_media
from voicegather.services.doctor.findings import (
    LONGEST_LOOK,
    Finding,
    failed,
    ok,
    warning,
    within,
)
from voicegather.services.menus.audio import public_url

#: A renewal is begun far earlier than this.
EXPIRES_SOON = timedelta(days=14)
#: An upload takes seconds.
WAITS_LONG = timedelta(minutes=10)


def look_at_recordings() -> Iterator[Finding]:
    """One line for the whole, or one for each thing that is wrong."""
    if delivers_by_media():
        yield from _at_telnyx()
    else:
        yield _at_the_site()


def _at_the_site() -> Finding:
    what = _("recordings")
    uploaded = PromptVariant.objects.filter(kind=WordsKind.AUDIO).exclude(audio_file="")
    newest = uploaded.order_by("-updated_at").first()
    if newest is None:
        return ok(what, _("none was uploaded yet"))
    url = public_url(newest)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return failed(
            what,
            _("have no address that Telnyx could fetch them from"),
            _("Set VOICEGATHER['PUBLIC_URL'] to the site's address, or AUDIO_DELIVERY to 'media'."),
        )
    try:
        status, kind = within(LONGEST_LOOK, lambda: _asked(url))
    except (OSError, HTTPException, ssl.SSLError) as problem:
        return failed(
            what,
            _("cannot be fetched from %(host)s (%(why)s)")
            % {"host": parts.hostname, "why": type(problem).__name__},
            _("See that its name resolves, that its certificate is good, and that it answers."),
        )
    if status != 200:
        return failed(
            what,
            _("are answered with %(status)d by %(host)s in place of 200")
            % {"host": parts.hostname, "status": status},
            _("Let everybody read the prompts' folder, or set AUDIO_DELIVERY to 'media'."),
        )
    if not kind.startswith("audio/"):
        return failed(
            what,
            _("come as “%(kind)s” from %(host)s, not as audio")
            % {"host": parts.hostname, "kind": kind[:60]},
            _("Have the server send audio/wav and audio/mpeg, and no page, at these addresses."),
        )
    return ok(what, _("can be fetched, seen from this machine"))


def _at_telnyx() -> Iterator[Finding]:
    what = _("recordings")
    moment = moments.now()
    rows = MediaUpload.objects.filter(connection__in=accounts_in_use())
    used = rows.filter(audio__name__in=PromptVariant.objects.values("audio_file"))
    lost = used.filter(state=JobState.FAILED).count()
    waiting = used.filter(state__in=UNFINISHED, created_at__lt=moment - WAITS_LONG)
    slow = waiting.exclude(expires_at__gt=moment).count()
    ending = used.filter(expires_at__range=(moment, moment + EXPIRES_SOON)).count()
    if lost:
        words = ngettext("%(number)d did not reach Telnyx", "%(number)d did not reach Telnyx", lost)
        advice = _("See why under Recordings at Telnyx in the admin, and let them be tried again.")
        yield failed(what, words % {"number": lost}, advice)
    if slow:
        words = ngettext(
            "%(number)d has waited for more than ten minutes",
            "%(number)d have waited for more than ten minutes",
            slow,
        )
        advice = _("See that the clock runs, and a worker of the queue of QUEUE_MEDIA.")
        yield failed(what, words % {"number": slow}, advice)
    if ending:
        words = ngettext(
            "%(number)d is at Telnyx for two more weeks at most",
            "%(number)d are at Telnyx for two more weeks at most",
            ending,
        )
        advice = _("They should have been renewed: see that the clock and the media worker run.")
        yield warning(what, words % {"number": ending}, advice)
    if not (lost or slow or ending):
        there = used.filter(expires_at__gt=moment).count()
        words = ngettext("%(number)d is at Telnyx", "%(number)d are at Telnyx", there)
        yield ok(what, words % {"number": there})


def _asked(url: str) -> tuple[int, str]:
    """Status and content type of a GET; no redirect is followed, and the body is not read."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connection = (HTTPSConnection if secure else HTTPConnection)(
        parts.hostname or "", parts.port, timeout=LONGEST_LOOK
    )
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    try:
        connection.request("GET", path, headers={"User-Agent": "voicegather_doctor"})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", "")
    finally:
        connection.close()
