"""What every admin page of the app has in common: teams, odd requests, big tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from voicegather.admin.exports.handing import tell_of_ready
from voicegather.admin.lists.counting import EstimatingPaginator
from voicegather.admin.lists.searching import any_of
from voicegather.admin.stale.saving import SeenOnly
from voicegather.admin.teams import TeamScoped


class BaseAdmin(SeenOnly, TeamScoped, admin.ModelAdmin):  # type: ignore[type-arg]
    """A model page that answers odd query strings with a message instead of an error."""

    list_per_page = 50
    list_max_show_all = 200
    #: What an empty list says about how rows come to be.
    empty_list: ClassVar[Any] = ""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        if "\0" in "".join(value for key in request.GET for value in request.GET.getlist(key)):
            raise IncorrectLookupParameters("NUL")
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError, TypeError) as problem:
            raise IncorrectLookupParameters(problem) from problem

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        tell_of_ready(request)
        return super().changelist_view(request, extra_context)

    def seen_object(self, request: HttpRequest, object_id: str, *, missing: str) -> Any:
        """The row that a page of ours is of, which the user may view.

        Raises PermissionDenied, and Http404 with the text `missing` where the user's teams have
        none such.
        """
        found = self.get_object(request, object_id)
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if found is None:
            raise Http404(missing)
        return found

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Regular expressions are refused: databases fail at bad ones and can be kept busy."""
        if lookup.rpartition(LOOKUP_SEP)[2] in ("regex", "iregex"):
            return False
        return super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        try:
            return super().response_action(request, queryset, *args, **kwargs)
        except (OverflowError, ValueError):
            self.message_user(request, _("Nothing like this can be selected."), messages.ERROR)
            return None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if "\0" in search_term:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)


class PartOfAnother:
    """Rows that one comes to from what they belong to: the admin's index does not list them."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


class ReadOnlyAdmin(BaseAdmin):
    """Rows that the app alone writes."""

    actions_selection_counter = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LogAdmin(ReadOnlyAdmin):
    """Rows by the million: no full count, no sorting without an index, searches by index."""

    paginator = EstimatingPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by: ClassVar[tuple[str, ...]] = ()

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        """The conditions under which a row is found by `term`, each one with an index."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if "\0" in term:
            return queryset.none(), False
        if not term:
            return queryset, False
        return any_of(queryset, self.matches(queryset, term)), False


def stay_here(request: HttpRequest) -> None:
    """Let the save that is being answered end on the page of what was saved, not on the list."""
    posted = request.POST.copy()
    posted["_continue"] = "1"
    request.POST = posted  # type: ignore[assignment]
