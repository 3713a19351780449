"""The record of who was shown what is sensitive: nobody changes it, superusers neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import LogAdmin
from voicegather.admin.lists.display import link_to, precise
from voicegather.admin.lists.keyset import KeysetChangeList
from voicegather.admin.lists.searching import begins_with, of_call
from voicegather.admin.results.filters import DatesFilter
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.models import Disclosure


@admin.register(Disclosure)
class DisclosureAdmin(LogAdmin):
    empty_list = _(
        "Nobody has been shown anything sensitive yet. Whoever reveals a value, reads a "
        "transcript or listens to a recording appears here."
    )
    keyset_moment = "at"
    list_display = ("when", "username", "kind", "object_shown", "reason_shown", "call_shown", "way")
    list_display_links = ("when",)
    list_filter = (DatesFilter, "kind", "way", ("menu", OwnTeamsFilter))
    list_select_related = ("call",)
    search_fields = ("username",)
    search_help_text = _(
        "Beginning of the user’s name or of the caller’s number, or a whole call control id or "
        "token"
    )
    fields = (
        "when",
        "username",
        "kind",
        "object_shown",
        "reason_shown",
        "call_shown",
        "menu",
        "way",
    )
    readonly_fields = fields

    class Media:
        css = {"all": ("voicegather/results.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("call").defer("call__sealed_state")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return KeysetChangeList

    def prepared(self, request: HttpRequest, rows: Sequence[Any]) -> Sequence[Any]:
        return rows

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return [
            begins_with(queryset, "username", term),
            Q(call__token=term),
            *of_call(queryset, "call__", term),
        ]

    @admin.display(description=_("when"))
    def when(self, disclosure: Disclosure) -> str:
        return precise(disclosure.at)

    @admin.display(description=_("of"))
    def object_shown(self, disclosure: Disclosure) -> str:
        """What it was of, with a link where that is still there."""
        try:
            opts = apps.get_model("voicegather", disclosure.model)._meta
        except LookupError:
            name = disclosure.model
        else:
            name = str(opts.verbose_name)
        return " ".join(filter(None, (name, disclosure.label or f"#{disclosure.object_id}")))

    @admin.display(description=_("reason"))
    def reason_shown(self, disclosure: Disclosure) -> str | None:
        if not disclosure.reason:
            return None
        return format_html('<span dir="auto">{}</span>', disclosure.reason)

    @admin.display(description=_("call"))
    def call_shown(self, disclosure: Disclosure) -> str | None:
        if disclosure.call_id is None:
            return None
        if disclosure.call is None:
            return gettext("erased (%(call)s)") % {"call": disclosure.call_id}
        return link_to(disclosure.call)
