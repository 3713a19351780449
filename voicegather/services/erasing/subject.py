"""Whom an erasure or an access request is about: one caller, or one call."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self
from urllib.parse import quote

from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models import Call
from voicegather.sealing import fingerprints, seal, unseal
from voicegather.services.parties import e164_of
from voicegather.services.telephones import shown_number, sought_number

LONGEST_PARTY = 255
#: How many characters of the caller are typed to confirm.
CONFIRMED = 4
#: What networks send in place of a number that is withheld.
WITHHELD_WORDS = (
    *("anonymous", "restricted", "blocked", "unknown", "unavailable", "private", "withheld"),
    "asserted identity",
)
_KEYPAD = dict(zip("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999", strict=True))
#: Some networks send these words as the keys that they are written with: +266696687.
WITHHELD_NUMBERS = frozenset(
    "+" + "".join(_KEYPAD[letter] for letter in word) for word in WITHHELD_WORDS if word.isalpha()
)


class SubjectError(VoicegatherError):
    """This names no caller whom data could be held of; the message says what to do."""


@dataclass(frozen=True)
class Subject:
    """`party` is the caller as calls have it, `number` the one in E.164 where there is one.

    With `call` it is that call alone, whoever called.
    """

    party: str
    number: str = ""
    call: int = 0

    @property
    def name(self) -> str:
        return self.number or self.party

    @property
    def confirmation(self) -> str:
        """What to type so that it is no mistake."""
        if self.call:
            return str(self.call)
        return self.name[-CONFIRMED:]

    def sealed(self) -> bytes:
        return seal(asdict(self))

    @classmethod
    def unsealed(cls, sealed: bytes | memoryview) -> Self:
        """Raises UnsealError."""
        return cls(**unseal(sealed))

    def hashes(self) -> list[str]:
        """Keyed hashes that name the subject, under each key, newest first."""
        return fingerprints(f"call {self.call}" if self.call else self.name)

    def forms(self) -> tuple[str, ...]:
        """How texts may have it, the longest first; none of a caller who withheld the number."""
        if self.call and is_withheld(self.party):
            return ()
        found = {self.party, self.number, shown_number(self.number) if self.number else ""}
        found |= {self.number.removeprefix("+")}
        found |= {quote(each, safe="") for each in tuple(found)}
        return tuple(sorted((each for each in found if len(each) > 3), key=len, reverse=True))


def read_subject(text: str) -> Subject:
    """The caller that somebody wrote: a number however it is written, or a SIP address.

    Raises SubjectError for nothing, for what no call can have, and for callers who withheld their
    number: they are many people.
    """
    party = " ".join(text.split()) if "\0" not in text else ""
    try:
        party.encode()
    except UnicodeEncodeError:
        party = ""
    if not party:
        raise SubjectError(_("Write the caller’s number with its country code, or a SIP address."))
    if len(party) > LONGEST_PARTY:
        raise SubjectError(_("No caller is longer than %d characters.") % LONGEST_PARTY)
    number = e164_of(party) or e164_of(sought_number(party)) or ""
    if is_withheld(number or party):
        raise SubjectError(
            _(
                "“%s” is what networks send when a caller withholds the number: it stands for many "
                "people. Find the person’s calls by their time, and open each: its page erases "
                "that call alone."
            )
            % party
        )
    is_sip = party.casefold().startswith("sip")
    return Subject(party=party if is_sip or not number else number, number=number)


def subject_of(call: Call) -> Subject:
    """The call's caller; the call alone where its caller withheld the number."""
    if is_withheld(call.caller_e164 or call.caller):
        return Subject(party=call.caller, call=call.pk)
    return Subject(party=call.caller, number=call.caller_e164 or "")


def is_withheld(party: str) -> bool:
    """Whether a caller of this name is nobody in particular."""
    bare = party.strip().casefold()
    user = bare.removeprefix("sips:").removeprefix("sip:").partition("@")[0]
    is_word = any(word in user for word in WITHHELD_WORDS)
    return not bare or bare in WITHHELD_NUMBERS or is_word


def redacted(value: Any, subject: Subject) -> Any:
    """JSON or a text with the subject taken out, wherever it stands."""
    if isinstance(value, str):
        for form in subject.forms():
            value = value.replace(form, "[…]")
        return value
    if isinstance(value, dict):
        return {redacted(key, subject): redacted(each, subject) for key, each in value.items()}
    if isinstance(value, list):
        return [redacted(each, subject) for each in value]
    return value
