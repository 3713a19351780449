"""Whether the public address of the webhook leads to this site, seen from this machine."""

from __future__ import annotations

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from voicegather.services.applications import AddressError, webhook_of_site
from voicegather.services.doctor.findings import (
    LONGEST_LOOK,
    Finding,
    failed,
    ok,
    warning,
    within,
)


def look_at_webhook(url: str) -> Finding:
    """Ask the webhook by GET, which it answers with 405: it takes nothing but POST."""
    what = _("webhook")
    try:
        address = webhook_of_site(url)
    except AddressError as problem:
        return failed(what, str(problem), _("Correct --url or VOICEGATHER['PUBLIC_URL']."))
    if not address:
        return warning(
            what,
            _("not looked at: the site's public address is not known"),
            _("Give --url https://your-site, or set VOICEGATHER['PUBLIC_URL']."),
        )
    try:
        status, allowed = within(LONGEST_LOOK, lambda: _asked(address))
    except ssl.SSLCertVerificationError as problem:
        return failed(
            what,
            _("%(address)s has no good certificate (%(why)s)")
            % {"address": address, "why": problem.verify_message},
            _("Telnyx would not post there: renew the certificate, with its whole chain."),
        )
    except (OSError, HTTPException) as problem:
        return failed(
            what,
            _("%(address)s does not answer (%(why)s)")
            % {"address": address, "why": type(problem).__name__},
            _("See that its name resolves, and that proxy and web processes run."),
        )
    if status == 405 and "POST" in allowed:
        return ok(what, _("%s answers, seen from this machine") % address)
    return failed(
        what,
        _("%(address)s answers %(status)d in place of 405")
        % {"address": address, "status": status},
        _advice_on(status),
    )


def _asked(address: str) -> tuple[int, str]:
    """Status and ``Allow`` of a GET; no redirect is followed, and the body is not read."""
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    connection = (HTTPSConnection if secure else HTTPConnection)(
        parts.hostname or "", parts.port, timeout=LONGEST_LOOK
    )
    try:
        connection.request("GET", parts.path, headers={"User-Agent": "voicegather_doctor"})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Allow", "")
    finally:
        connection.close()


def _advice_on(status: int) -> str:
    if 300 <= status < 400:
        return _("Telnyx may not follow a redirect: give the address that it leads to.")
    if status == 400:
        return _("Add the site's name to ALLOWED_HOSTS.")
    if status in (401, 403):
        return _("Something in front asks for a login: let the webhook's path through.")
    if status == 404:
        return _("Include voicegather.urls in the site's URLs, and have the proxy lead to it.")
    if status >= 500:
        return _("The proxy reaches no web process, or that fails: look at their logs.")
    return _("Another program answers at this address: have the proxy lead to this site.")
