"""Where recordings may be fetched from: Telnyx's own storage, and hosts that the site names."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from voicegather import conf

#: Telnyx's own, and the storage of Amazon's that its addresses lead to (seen in real webhooks).
_TELNYX = re.compile(
    r"([a-z0-9-]+\.)*(telnyx\.(com|eu)|telnyxstorage\.com|telnyxcloudstorage\.com)"
    r"|([a-z0-9.-]+\.)?s3([.-][a-z0-9-]+)*\.amazonaws\.com"
)


def host_of(address: str) -> str:
    """The host of an address, "" where it has none that can be read."""
    parts = _parts(address)
    return (parts.hostname or "") if parts else ""


def may_fetch(address: str, *, base_url: str) -> bool:
    """Whether the site may ask this address: over TLS, at a host that is named or Telnyx's.

    Where Telnyx itself is pretended on this machine, as `base_url` says, what it serves, too.
    """
    parts = _parts(address)
    if parts is None or not parts.hostname or parts.username or parts.password:
        return False
    if _is_pretended(base_url) and _origin(parts) == _origin(urlsplit(base_url)):
        return True
    if parts.scheme != "https" or parts.port not in (None, 443):
        return False
    host = parts.hostname.lower().rstrip(".")
    named = conf.get("RECORDING_HOSTS")
    return bool(_TELNYX.fullmatch(host)) or any(_fits(host, each) for each in named)


def _fits(host: str, named: str) -> bool:
    return host.endswith(named[1:]) if named.startswith("*.") else host == named


def _is_pretended(base_url: str) -> bool:
    host = host_of(base_url)
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port


def _parts(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts if address.isprintable() else None
