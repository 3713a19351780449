"""Whom a site may ring, by a dial or a transfer: toll fraud is the classic loss of phone systems.

Numbers in the countries of the site's own active numbers, and what ALLOWED_DESTINATIONS lists.
Nothing that can change is cached: a number or a setting that is taken away counts at once. What
the numbering plans say of a number is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumberType

from voicegather import conf
from voicegather.exceptions import VoicegatherError
from voicegather.models import PhoneNumber
from voicegather.models.numbers import E164_PATTERN

SETTING = "VOICEGATHER['ALLOWED_DESTINATIONS']"
#: Numbers that cost whoever rings them: only a prefix that means them lets them through.
DEAR_TYPES = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
#: Digits after + that such a prefix has at the least; fewer name a country or an area.
FEWEST_DIGITS_FOR_DEAR = 4
#: What phonenumbers calls the region of satellite phones and international services.
NO_COUNTRY = "001"
_SIP = re.compile(r"sips?:[^\s@<>]+@([^\s@<>]+)", re.IGNORECASE)


class DestinationRefusedError(VoicegatherError):
    """The site's rules forbid to ring this destination. The message says which setting opens it."""


def check_destination(to: str) -> None:
    """Raise DestinationRefusedError unless `to` (E.164 or a SIP URI) may be rung.

    One small query at the most. The message quotes countries and hosts, not the number.
    """
    Destinations().check(to)


class Destinations:
    """The rules as they are now, for several destinations: a query for each country code."""

    def __init__(self) -> None:
        listed: Iterable[str] = conf.get("ALLOWED_DESTINATIONS")
        self._prefixes = tuple(each for each in listed if each.startswith("+"))
        self._hosts = tuple(each[4:].lower() for each in listed if each.startswith("sip:"))
        self._own: dict[int, frozenset[str]] = {}

    def check(self, to: str) -> None:
        """As :func:`check_destination`."""
        sip = _SIP.fullmatch(to)
        if sip:
            self._check_host(_host(sip.group(1)))
        else:
            self._check_number(to)

    def _check_host(self, host: str) -> None:
        if not any(host == each or host.endswith(f".{each}") for each in self._hosts):
            raise DestinationRefusedError(
                _(
                    "SIP addresses at “%(host)s” may not be rung: "
                    "list 'sip:%(host)s' in %(setting)s."
                )
                % {"host": host, "setting": SETTING}
            )

    def _check_number(self, to: str) -> None:
        found = _known(to)
        if found is None:
            raise DestinationRefusedError(
                _(
                    "This is no number that can be rung: "
                    "write one with its country code, +13125550123."
                )
            )
        prefixes = [each for each in self._prefixes if to.startswith(each)]
        if found.is_dear:
            if not any(len(each) > FEWEST_DIGITS_FOR_DEAR for each in prefixes):
                raise DestinationRefusedError(
                    _(
                        "This is a premium-rate or shared-cost number: to ring it all the same, "
                        "list its prefix of %(fewest)s digits or more in %(setting)s."
                    )
                    % {"fewest": FEWEST_DIGITS_FOR_DEAR, "setting": SETTING}
                )
        elif not prefixes and found.region not in self._own_regions(found.country_code):
            raise DestinationRefusedError(
                _(
                    "Numbers of %(region)s may not be rung: none of the site's own active numbers "
                    "is of there. List the prefix in %(setting)s."
                )
                % {"region": found.region or _("no single country"), "setting": SETTING}
            )

    def _own_regions(self, country_code: int) -> frozenset[str]:
        """Where the site's own numbers of this code are: +1 and others are many countries."""
        if country_code not in self._own:
            own = PhoneNumber.objects.filter(is_active=True, number__startswith=f"+{country_code}")
            known = map(_known, own.values_list("number", flat=True).iterator())
            self._own[country_code] = frozenset(each.region for each in known if each) - {""}
        return self._own[country_code]


class _Number(NamedTuple):
    """`region` is "" for numbers of no country, such as those of satellite phones."""

    country_code: int
    region: str
    is_dear: bool


def _host(address: str) -> str:
    """Without port, parameters and headers."""
    return re.split(r"[;:?,]", address, maxsplit=1)[0].lower().rstrip(".")


@lru_cache(maxsize=4096)
def _known(number: str) -> _Number | None:
    """What the numbering plans say of a valid E.164 number; None of any other text."""
    if not re.fullmatch(E164_PATTERN, number):
        return None
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    region = phonenumbers.region_code_for_number(parsed)
    return _Number(
        country_code=parsed.country_code or 0,
        region="" if region in (None, NO_COUNTRY) else region,
        is_dear=phonenumbers.number_type(parsed) in DEAR_TYPES,
    )
