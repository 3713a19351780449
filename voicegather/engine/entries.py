"""Which key sequences a choice accepts: digits, ranges, dial patterns, any entry.

Every form compiles to :class:`EntryPattern`, a set of allowed keys a position. Whether an entry
matches, whether a longer one still could, and whether two choices are ambiguous are then the same
few lines for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voicegather.engine.wording import marked as _
from voicegather.engine.wording import told

DIGITS = frozenset("0123456789")
KEYS = DIGITS | {"*", "#"}
#: Telnyx takes 1 to 128 digits a gather (Telnyx docs: gather, maximum_digits).
MOST_DIGITS = 128

_CLASSES = {"X": DIGITS, "Z": DIGITS - {"0"}, "N": DIGITS - {"0", "1"}}


class EntryError(ValueError):
    """A choice's digits, range or pattern cannot be read; the message says how to write it."""


@dataclass(frozen=True, slots=True)
class EntryPattern:
    """Entries of `fewest` to ``len(positions)`` keys whose key i is in ``positions[i]``."""

    positions: tuple[frozenset[str], ...]
    fewest: int

    def matches(self, entry: str) -> bool:
        """Whether the whole `entry` is accepted."""
        return self.fewest <= len(entry) <= len(self.positions) and self._fits(entry)

    def could_extend(self, entry: str) -> bool:
        """Whether some entry that begins with `entry` and is longer is accepted."""
        return len(entry) < len(self.positions) and self._fits(entry)

    def overlaps(self, other: EntryPattern) -> bool:
        """Whether at least one entry is accepted by both."""
        length = max(self.fewest, other.fewest)
        if length > min(len(self.positions), len(other.positions)):
            return False
        return all(self.positions[i] & other.positions[i] for i in range(length))

    def _fits(self, entry: str) -> bool:
        return all(key in allowed for key, allowed in zip(entry, self.positions, strict=False))


def digits_pattern(digits: str) -> EntryPattern:
    """The pattern of exactly these keys, such as ``"0"``, ``"12"`` or ``"*"``."""
    if not digits or not set(digits) <= KEYS or len(digits) > MOST_DIGITS:
        raise EntryError(
            told(
                _("“%(digits)s” is not 1 to %(limit)s keys of 0-9, * and #"),
                digits=digits,
                limit=MOST_DIGITS,
            )
        )
    return EntryPattern(tuple(frozenset(key) for key in digits), len(digits))


def any_pattern(fewest: int, most: int) -> EntryPattern:
    """The pattern of any `fewest` to `most` digits (0-9, neither * nor #)."""
    if not 1 <= fewest <= most <= MOST_DIGITS:
        raise EntryError(
            told(
                _("%(fewest)s to %(most)s digits is not within 1 to %(limit)s"),
                fewest=fewest,
                most=most,
                limit=MOST_DIGITS,
            )
        )
    return EntryPattern((DIGITS,) * most, fewest)


def range_patterns(text: str) -> tuple[EntryPattern, ...]:
    """The patterns of a range such as ``"100-199"`` or ``"1-12"``, both ends included.

    Ends of one width keep leading zeros (``"00-09"`` is two keys); otherwise numbers are entered
    without them.
    """
    low, dash, high = text.partition("-")
    low, high = low.strip(), high.strip()
    if not (dash and _is_number(low) and _is_number(high)):
        raise EntryError(told(_("“%(text)s” is not a range such as 100-199"), text=text))
    if len(low) > 18 or len(high) > 18:
        raise EntryError(told(_("“%(text)s” is too wide: a range has up to 18 digits"), text=text))
    if int(low) > int(high):
        raise EntryError(told(_("“%(text)s” runs backwards: write the lower end first"), text=text))
    if len(low) == len(high):
        return tuple(_fixed_width(low, high))
    if low != str(int(low)) or high != str(int(high)):
        raise EntryError(
            told(_("“%(text)s” mixes widths and leading zeros: write ends of one width"), text=text)
        )
    return tuple(
        pattern
        for width in range(len(low), len(high) + 1)
        for pattern in _fixed_width(
            low if width == len(low) else "1" + "0" * (width - 1),
            high if width == len(high) else "9" * width,
        )
    )


def dial_pattern(text: str, most: int) -> EntryPattern:
    """The pattern of a dial-plan expression, up to `most` keys.

    ``0-9 * #`` stand for themselves, ``X`` is 0-9, ``Z`` 1-9, ``N`` 2-9, ``[1-5]`` or ``[*7]`` one
    of a set, and ``.`` at the end one or more further digits: ``9[1-3]XX``, ``1N.``.
    """
    positions: list[frozenset[str]] = []
    rest = text.strip()
    open_end = rest.endswith(".")
    rest = rest.removesuffix(".")
    while rest:
        if rest[0] == "[":
            inside, closed, rest = rest[1:].partition("]")
            if not closed or not inside:
                raise EntryError(told(_("“%(text)s” has a [ without its ]"), text=text))
            positions.append(_key_set(inside, text))
        else:
            key, rest = rest[0], rest[1:]
            allowed = _CLASSES.get(key.upper(), frozenset(key))
            if not allowed <= KEYS:
                raise EntryError(
                    told(
                        _("“%(text)s” has “%(key)s”: use 0-9 * # X Z N [1-5] and a last ."),
                        text=text,
                        key=key,
                    )
                )
            positions.append(allowed)
    fewest = len(positions) + (1 if open_end else 0)
    if not 1 <= fewest <= most:
        raise EntryError(
            told(_("“%(text)s” is not within 1 to %(most)s keys"), text=text, most=most)
        )
    if open_end:
        positions += [DIGITS] * (most - len(positions))
    return EntryPattern(tuple(positions), fewest)


def _is_number(text: str) -> bool:
    return bool(text) and set(text) <= DIGITS


def _key_set(inside: str, text: str) -> frozenset[str]:
    keys: set[str] = set()
    at = 0
    while at < len(inside):
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            first, last = inside[at], inside[at + 2]
            if not (first.isdecimal() and last.isdecimal() and first <= last):
                raise EntryError(
                    told(
                        _("“%(text)s” has the set [%(inside)s]: write it like [1-5]"),
                        text=text,
                        inside=inside,
                    )
                )
            keys |= {str(digit) for digit in range(int(first), int(last) + 1)}
            at += 3
        else:
            keys.add(inside[at])
            at += 1
    if not keys <= KEYS:
        raise EntryError(
            told(
                _("“%(text)s” has the set [%(inside)s]: only 0-9, * and # are keys"),
                text=text,
                inside=inside,
            )
        )
    return frozenset(keys)


def _fixed_width(low: str, high: str) -> Iterator[EntryPattern]:
    """Cover low..high of one width by the fewest patterns, as routers cover addresses."""
    width = len(low)
    largest = 10 ** (width - 1)
    at, end = int(low), int(high)
    while at <= end:
        size = 1
        while size < largest and at % (size * 10) == 0 and at + size * 10 - 1 <= end:
            size *= 10
        digit = at // size % 10
        last = min(9, digit + (end - at + 1) // size - 1)
        fixed = str(at).zfill(width)[: width - len(str(size))]
        free = len(str(size)) - 1
        choice = frozenset(str(each) for each in range(digit, last + 1))
        yield EntryPattern((*(frozenset(key) for key in fixed), choice, *(DIGITS,) * free), width)
        at += size * (last - digit + 1)
