"""The simulator never leaves this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from voicegather.simulator.errors import NotLoopbackError


def require_loopback(url: str) -> str:
    """Return `url` when it is an http URL of this machine.

    Raises `NotLoopbackError` for every other host: names are not resolved, so that only `localhost`
    and literal loopback addresses pass.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotLoopbackError(f"{url!r} is not a URL: {error}.") from error
    printable = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme != "http" or not _is_loopback(host) or not printable:
        raise NotLoopbackError(
            f"The simulator posts webhooks to this machine alone, not to {url!r}: "
            "give an http URL on 127.0.0.1, [::1] or localhost."
        )
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
