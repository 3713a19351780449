"""An examination of the whole site: what is well, what is not, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _

from voicegather import conf, health
from voicegather.services.applications import AddressError, webhook_of_site
from voicegather.services.doctor.diversions import look_at_diversions
from voicegather.services.doctor.findings import Finding, Verdict, failed
from voicegather.services.doctor.parts import can_be_asked, look_at_parts, look_at_storage
from voicegather.services.doctor.recordings import look_at_recordings
from voicegather.services.doctor.settings import look_at_settings
from voicegather.services.doctor.telnyx import look_at_account
from voicegather.services.doctor.webhook import look_at_webhook

__all__ = ["Finding", "Verdict", "examine"]


def examine(*, url: str = "") -> Iterator[Finding]:
    """Look at everything, one thing after the other; never raises, and tells no secret.

    `url` is the site's public address where it is not PUBLIC_URL. Every look at something outside
    of this process ends after three seconds.
    """
    if not conf.is_dict():
        yield from _told(_("system checks"), lambda: look_at_settings(with_database=False))
        return
    try:
        report = health.look()
    except Exception as problem:
        yield _unlooked(_("health"), problem)
        report = None
    asked = report is not None and can_be_asked(report)
    yield from _told(_("system checks"), lambda: look_at_settings(with_database=asked))
    yield from _told(_("accounts"), lambda: _accounts(url))
    yield from _told(_("webhook"), lambda: [look_at_webhook(url)])
    if report is not None:
        yield from look_at_parts(report)
    if asked:
        yield from _told(_("diversions"), look_at_diversions)
        yield from _told(_("media storage"), look_at_storage)
        yield from _told(_("recordings"), look_at_recordings)


def _accounts(url: str) -> Iterator[Finding]:
    try:
        webhook = webhook_of_site(url)
    except AddressError:
        # The look at the webhook tells it.
        webhook = ""
    for connection in conf.connection_names():
        yield from look_at_account(connection, webhook)


def _told(what: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a look finds; settings that nothing can be done with end it with a line of their own."""
    try:
        yield from look()
    except Exception as problem:
        yield _unlooked(what, problem)


def _unlooked(what: str, problem: Exception) -> Finding:
    # Not quoted: its words may hold a URL with a password.
    return failed(
        what,
        _("could not be looked at (%s)") % type(problem).__name__,
        _("Mend what the system checks tell, then run this again."),
    )
