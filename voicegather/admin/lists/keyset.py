"""Lists of millions of rows: a page begins after a place, and the count is an estimate."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from voicegather.selectors.keyset import Direction, Place, estimated_count, slice_of
from voicegather.services.display import grouped


class KeysetChangeList(ChangeList):
    """The list of a LogAdmin that has `keyset_moment`, the column that it is ordered by.

    Its `prepared` is handed the rows of a page before they are shown.
    """

    model_admin: Any
    is_estimate = False

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """All that is filtered and searched for, wherever the page begins: actions take it."""
        self.place, self.direction = self._place()
        query, self.query = self.query, ""
        self.filtered = super().get_queryset(request, exclude_parameters)
        self.query = query
        found: QuerySet[Any] = self.model_admin.get_search_results(request, self.filtered, query)[0]
        return found

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Always the newest first: no other order has an index for each filter."""
        return [f"-{self.model_admin.keyset_moment}", "-pk"]

    def get_results(self, request: HttpRequest) -> None:
        sources = self._sources()
        page = slice_of(
            sources,
            moment=self.model_admin.keyset_moment,
            size=self.list_per_page,
            place=self.place,
            direction=self.direction,
        )
        self.result_list = self.model_admin.prepared(request, page.rows)
        self.result_count = len(page.rows)
        self.newest_link = self.get_query_string() if page.has_newer or self.place else ""
        self.newer_link = self._link(Direction.NEWER, page.rows[:1]) if page.has_newer else ""
        self.older_link = self._link(Direction.OLDER, page.rows[-1:]) if page.has_older else ""
        if page.has_newer or page.has_older:
            self.is_estimate = True
            self.result_count = max(estimated_count(sources), len(page.rows) + 1)
        self.show_full_result_count, self.full_result_count = False, None
        self.show_admin_actions, self.can_show_all, self.multi_page = True, False, False
        self.paginator = None

    @property
    def count_shown(self) -> str:
        return grouped(self.result_count)

    def _place(self) -> tuple[Place | None, Direction]:
        found: tuple[Place | None, Direction] = None, Direction.OLDER
        for direction in Direction:
            text = self.params.pop(direction, None)
            self.filter_params.pop(direction, None)
            if text:
                try:
                    found = Place.read(text), direction
                except ValueError as problem:
                    raise IncorrectLookupParameters(problem) from problem
        return found

    def _sources(self) -> list[QuerySet[Any]]:
        term = self.query.strip()
        if not term:
            return [self.filtered]
        return [
            self.filtered.filter(each) for each in self.model_admin.matches(self.filtered, term)
        ]

    def _link(self, direction: Direction, edge: list[Any]) -> str:
        if not edge:
            return ""
        moment = getattr(edge[0], self.model_admin.keyset_moment)
        return self.get_query_string({direction.value: str(Place(moment, edge[0].pk))})
