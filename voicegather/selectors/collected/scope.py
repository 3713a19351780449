"""What an export is of, fixed at one moment: however long it takes, it reads nothing later."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeAlias

from django.db.models import Max, Model, QuerySet
from django.utils import timezone

from voicegather.models import Call, Export, GatherAttempt, GatherResult, ResultReview
from voicegather.selectors.collected.filters import ExportFilters
from voicegather.selectors.collected.packing import ascending, packed, unpacked

IDS_A_CHUNK = 10_000
Field: TypeAlias = tuple[int | None, str, str]


@dataclass(frozen=True)
class Scope:
    """The calls, by id, and of them what was there at `moment` and up to the last ids.

    `results` are the chosen results in order of their ids, None for all. `hidden_menus` are those
    whose results the viewer may not see, in calls that they may.
    """

    moment: datetime
    calls: array[int]
    results: array[int] | None
    last_attempt: int
    last_result: int
    last_review: int
    hidden_menus: frozenset[int] = frozenset()
    #: The slug of the one menu that was chosen, if one was.
    menu: str = ""
    #: For the wide shape: menu id, step key and field of everything that was gathered.
    fields: tuple[Field, ...] = ()

    def between(self, after: int, until: int) -> array[int]:
        """The calls with higher ids than `after`, up to `until`."""
        return self.calls[bisect_right(self.calls, after) : bisect_right(self.calls, until)]

    def stored(self) -> dict[str, Any]:
        """The scope as columns of an Export."""
        return {
            "as_of": self.moment,
            "bounds": {
                "attempt": self.last_attempt,
                "result": self.last_result,
                "review": self.last_review,
                "hidden_menus": sorted(self.hidden_menus),
                "menu": self.menu,
                "fields": self.fields,
            },
            "chosen_calls": packed(self.calls),
            "chosen_results": None if self.results is None else packed(self.results),
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The scope that :meth:`stored` took."""
        bounds, results = stored["bounds"], stored["chosen_results"]
        return cls(
            moment=stored["as_of"],
            calls=unpacked(stored["chosen_calls"]),
            results=None if results is None else unpacked(results),
            last_attempt=bounds["attempt"],
            last_result=bounds["result"],
            last_review=bounds["review"],
            hidden_menus=frozenset(bounds["hidden_menus"]),
            menu=bounds["menu"],
            fields=tuple((menu, step, name) for menu, step, name in bounds["fields"]),
        )


def fix_scope(filters: ExportFilters, *, shape: str) -> Scope:
    """Fix what `filters` choose now: one query over the ids, and a handful of small ones.

    The wide shape needs to know the fields before the first row: one query over results more.

    What a transaction that has begun writes later is left out where its ids are higher; the rest
    of it is there before a worker reads the first page.
    """
    moment = timezone.now()
    last_call, last_result = _highest(Call), _highest(GatherResult)
    last_review = _highest(ResultReview)
    hidden = filters.hidden_menus()
    gathered = filters.of_results(last_review=last_review).filter(
        pk__lte=last_result, call__lte=last_call, gathered_at__lte=moment
    )
    if hidden:
        gathered = gathered.exclude(menu__in=hidden)
    results: array[int] | None = None
    if filters.chooses_results:
        calls, results = _of_results(gathered.values_list("call_id", "pk"))
    else:
        ids = filters.of_calls().filter(pk__lte=last_call).order_by("pk").values_list("pk")
        calls = array("q", (pk for (pk,) in ids.iterator(chunk_size=IDS_A_CHUNK)))
    return Scope(
        moment=moment,
        calls=calls,
        results=results,
        last_attempt=_highest(GatherAttempt),
        last_result=last_result,
        last_review=last_review,
        hidden_menus=hidden,
        menu=filters.menu,
        fields=_fields_of(gathered) if shape == Export.Shape.WIDE else (),
    )


def _of_results(pairs: Any) -> tuple[array[int], array[int]]:
    calls, results = array("q"), array("q")
    for call, result in pairs.iterator(chunk_size=IDS_A_CHUNK):
        calls.append(call)
        results.append(result)
    return ascending(calls), ascending(results)


def _fields_of(gathered: QuerySet[GatherResult]) -> tuple[Field, ...]:
    # Without the order, which would make every row distinct.
    return tuple(gathered.order_by().values_list("menu_id", "step_key", "field").distinct())


def _highest(model: type[Model]) -> int:
    found: dict[str, Any] = model._default_manager.aggregate(highest=Max("pk"))
    return found["highest"] or 0
