"""Who calls whom: free text from the network, and the number in it where there is one."""

from __future__ import annotations

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SIP = re.compile(r"sips?:(\+[1-9][0-9]{6,14})@", re.IGNORECASE)


def e164_of(party: str) -> str | None:
    """The number of a party, None for anonymous callers and SIP addresses without one."""
    found = _SIP.match(party)
    number = found.group(1) if found else party
    return number if _E164.fullmatch(number) else None
