"""What stands behind the question mark of a list's address: filters, and which page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from voicegather.simulator import errors
from voicegather.simulator.errors import Refused
from voicegather.simulator.validation import problem_with

Record = dict[str, Any]

_PAGE = 20
_LARGEST_PAGE = 250
_PAGING = frozenset({"page[number]", "page[size]"})


class Query:
    """The values of a query, the last of each name."""

    def __init__(self, query: str) -> None:
        self._values: Mapping[str, list[str]] = parse_qs(query, keep_blank_values=True)

    def text(self, name: str) -> str:
        return self._values.get(name, [""])[-1]

    def only(self, names: Collection[str]) -> None:
        """Raises `Refused` where anything but these and a page is asked for."""
        for name in self._values:
            if name not in names and name not in _PAGING:
                raise Refused(422, problem_with(name, errors.BAD_REQUEST, "is no parameter here"))

    def page(self, found: Iterable[Record]) -> Record:
        """The page that is asked for, with its `meta`; raises `Refused` for one of no size."""
        records = list(found)
        number = self._number("page[number]", 1, 10**9)
        size = self._number("page[size]", _PAGE, _LARGEST_PAGE)
        meta = {
            "page_number": number,
            "page_size": size,
            "total_pages": -(-len(records) // size),
            "total_results": len(records),
        }
        return {"data": records[(number - 1) * size : number * size], "meta": meta}

    def _number(self, name: str, default: int, largest: int) -> int:
        value = self.text(name) or str(default)
        if not value.isdecimal() or not 1 <= int(value) <= largest:
            raise Refused(422, problem_with(name, "10033", f"must be from 1 to {largest}"))
        return int(value)
