"""Where Telnyx posts to: the site's public address with the path of its webhook."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.exceptions import VoicegatherError


class AddressError(VoicegatherError):
    """What was given is no address that Telnyx could post to; the message says what is needed."""


def webhook_address(url: str) -> str:
    """The webhook's address at a site such as ``https://ivr.example.com``.

    An address with a path is taken as that of the webhook itself. Raises AddressError for what is
    no https address (http will do on this machine alone), holds a password, a query or a fragment,
    and where the site's URLs have no webhook.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    plain = url.strip().isascii() and url.strip().isprintable() and " " not in url.strip()
    if not host or not plain or port == 0 or parts.scheme not in {"http", "https"}:
        raise AddressError(_("Give the site's address as https://ivr.example.com."))
    if parts.username is not None or parts.query or parts.fragment:
        # Not quoted: there may be a password in it.
        raise AddressError(
            _("The address may hold no user, no password, no query and no fragment.")
        )
    if parts.scheme != "https" and not _is_this_machine(host):
        raise AddressError(
            _("Telnyx sends what callers enter: give an https address, not http, for %s.") % host
        )
    path = parts.path if parts.path.strip("/") else _path()
    return f"{parts.scheme}://{parts.netloc}{path}"


def webhook_of_site(url: str = "") -> str:
    """The webhook's address at `url`, else at the host of PUBLIC_URL; "" where neither is given.

    Raises AddressError as above.
    """
    if url:
        return webhook_address(url)
    public = str(conf.get("PUBLIC_URL"))
    if not public:
        return ""
    # Its path, if any, is that of uploaded audio.
    parts = urlsplit(public)
    return webhook_address(f"{parts.scheme}://{parts.netloc}")


def _path() -> str:
    try:
        return reverse("voicegather:webhook")
    except NoReverseMatch:
        raise AddressError(
            _("The site has no address for webhooks: include voicegather.urls in its URLs.")
        ) from None


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
