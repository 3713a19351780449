"""Parts of a file that a browser's player asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


class UnsatisfiableError(ValueError):
    """A range beyond the file's end."""


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes `first` to `last` of `size`; the whole where `is_whole`."""

    first: int
    last: int
    size: int

    @property
    def is_whole(self) -> bool:
        return self.first == 0 and self.last == self.size - 1

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def part_of(header: str, size: int) -> Part:
    """What a Range header asks for of `size` bytes; the whole for one that is none.

    Several ranges at once are answered with the whole, too. Raises UnsatisfiableError.
    """
    whole = Part(0, size - 1, size)
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return whole
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    if found[1] and found[2] and int(found[2]) < int(found[1]):
        return whole
    if first >= size or last < first:
        raise UnsatisfiableError
    return Part(first, last, size)
