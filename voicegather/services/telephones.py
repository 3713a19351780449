"""Phone numbers as people write and read them, and as they are stored: E.164."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneNumberFormat

from voicegather import conf
from voicegather.exceptions import VoicegatherError

#: Numbers whose forms are kept: those of a few pages.
MOST_REMEMBERED = 4_096
LONGEST = 40

#: What people write between digits.
_BETWEEN = re.compile(r"[\s()./\-–—\u00a0\u2011]+")


class NumberError(VoicegatherError):
    """What was written is no number; says what to write."""


def read_number(text: str) -> str:
    """The number in E.164, however it was written or pasted, such as “(312) 555-0100”.

    Without a country code it is one of the setting DEFAULT_REGION. Raises NumberError.
    """
    region = conf.get("DEFAULT_REGION") or None
    written = text.strip()
    if not region and not written.startswith("+"):
        raise NumberError(_("Write the number with + and its country code: +13125550100"))
    shown = written[:LONGEST]
    try:
        number = phonenumbers.parse(written[:250], region)
    except NumberParseException as problem:
        if problem.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            message = _("“%(number)s” begins with no country code: write one such as +1.")
        elif problem.error_type == NumberParseException.NOT_A_NUMBER:
            message = _("“%(number)s” is not a phone number.")
        else:
            message = _("“%(number)s” has too few or too many digits for a phone number.")
        raise NumberError(message % {"number": shown}) from None
    if number.extension:
        raise NumberError(_("Leave out the extension: calls come to the number itself."))
    if not phonenumbers.is_possible_number(number):
        message = _("“%(number)s” has too few or too many digits for its country.")
        raise NumberError(message % {"number": shown})
    if not phonenumbers.is_valid_number(number):
        message = _("“%(number)s” is no number that its country gives out: look at its digits.")
        raise NumberError(message % {"number": shown})
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def shown_number(number: str) -> str:
    """A number in E.164 as people of the site's region read it; anything else as it is."""
    return _formatted(number, conf.get("DEFAULT_REGION"))


def sought_number(term: str) -> str:
    """The beginning of a number in E.164 that a search means, "" where it means none.

    “(312) 555-01” is one of the site's region; so is a whole number that was pasted.
    """
    bare = _BETWEEN.sub("", term)
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    if not re.fullmatch(r"\+?[0-9]{3,15}", bare):
        return ""
    region = conf.get("DEFAULT_REGION")
    if bare.startswith("+") or not region:
        return bare
    code = str(phonenumbers.country_code_for_region(region))
    try:
        parsed = phonenumbers.parse(bare, region)
    except NumberParseException:
        return f"+{code}{bare}"
    return f"+{code}{parsed.national_number}"


@lru_cache(maxsize=MOST_REMEMBERED)
def _formatted(number: str, region: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    own = bool(region) and parsed.country_code == phonenumbers.country_code_for_region(region)
    form = PhoneNumberFormat.NATIONAL if own else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, form))
