"""Which addresses may be connected to: none inside the site's own network, unless it says so."""

from __future__ import annotations

import socket
import threading
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from voicegather import conf
from voicegather.handlers.words import HandlerError

Address = IPv4Address | IPv6Address

#: The setting by which steps may go into the site's own network.
PRIVATE = "HTTP_HANDLER_ALLOW_PRIVATE"

_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
#: Private networks of before RFC 4193; Python takes them for global ones.
_SITE_LOCAL = IPv6Network("fec0::/10")
#: Where clouds tell a machine its secrets, outside of the link-local block.
_METADATA = frozenset(
    map(ip_address, ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
)


class NoAddressError(HandlerError):
    """A name was not found, or not in time; it may be a moment later."""


def addresses_of(host: str, port: int, *, seconds: float, private: str = PRIVATE) -> list[str]:
    """The addresses of `host` that may be connected to, best first.

    `private` names the setting that lets one go into the site's own network.
    Raises NoAddressError where there are none within `seconds`, HandlerError where none is allowed.
    """
    found = _looked_up_within(host, port, seconds)
    permitted = [address for address in found if is_permitted(ip_address(address), private)]
    if not permitted:
        raise HandlerError("the URL's host is at a private address, which is not allowed")
    return permitted


def is_permitted(address: Address, private: str = PRIVATE) -> bool:
    """Whether one may connect there.

    Private and loopback addresses with the setting `private` alone; link-local ones and those
    where clouds keep a machine's secrets never.
    """
    inner = _embedded(address)
    if inner is not None:
        return is_permitted(inner, private)
    if address in _METADATA or address.is_link_local or address.is_multicast:
        return False
    if address.is_loopback or address.is_private or address in _SITE_LOCAL:
        return bool(conf.get(private)) and not address.is_unspecified
    return address.is_global and not address.is_reserved


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name as the system finds them; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _looked_up_within(host: str, port: int, seconds: float) -> list[str]:
    """In a thread of its own: a look-up cannot be told how long it may take."""
    found: list[str] = []

    def run() -> None:
        try:
            found.extend(look_up(host, port))
        except (OSError, UnicodeError):
            return

    thread = threading.Thread(target=run, name="voicegather-look-up", daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise NoAddressError("the URL's host has no address")
    return list(found)


def _embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
