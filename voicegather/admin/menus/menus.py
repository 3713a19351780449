from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.analytics.page import AnalyticsPage
from voicegather.admin.base import stay_here
from voicegather.admin.lists.display import link_to, telephone
from voicegather.admin.menus.cloning import ClonePage
from voicegather.admin.menus.filters import ArchivedFilter, DraftFilter
from voicegather.admin.menus.forms import MenuForm
from voicegather.admin.publishing.many import publish_many_url
from voicegather.admin.publishing.planned import in_short
from voicegather.admin.replays.replaying import ReplayingPage
from voicegather.admin.steps.choices import GlobalChoiceInline
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.engine.variables import read_declared
from voicegather.models import Menu, PhoneNumber
from voicegather.selectors.menu_lists import facts_of
from voicegather.services.menus.beginning import begin_menu

WAIVE = "voicegather.waive_approval"


class MenuList(ChangeList):
    """The list with what is asked for all menus of the page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        menus = list(self.result_list)
        facts = facts_of(menus)
        for menu in menus:
            menu.facts = facts[menu.pk]
        self.result_list = menus


@admin.register(Menu)
class MenuAdmin(AnalyticsPage, ReplayingPage, ClonePage):
    form = MenuForm
    change_list_template = "admin/voicegather/menu_change_list.html"
    change_form_template = "admin/voicegather/menu_change_form.html"
    inlines = (GlobalChoiceInline,)
    empty_list = _("Add a menu, or load one from a file.")
    list_display = ("name", "live", "changes", "numbers", "calls_today", "languages_shown", "team")
    list_filter = (ArchivedFilter, DraftFilter, ("team", OwnTeamsFilter))
    list_select_related = ("live_version", "team")
    search_fields = (
        "name",
        "slug",
        "description",
        "numbers__number",
        "steps__name",
        "steps__key",
    )
    search_help_text = _("Name, slug, description, phone number, or a step’s name or key")
    prepopulated_fields = {"slug": ("name",)}
    fields = (
        "name",
        "slug",
        "description",
        "team",
        "languages",
        "requires_tests",
        "requires_approval",
    )
    actions = ("publish", "clone", "archive")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        numbers = PhoneNumber.objects.filter(is_active=True)
        return (
            super()
            .get_queryset(request)
            .defer("live_version__document")
            .prefetch_related(Prefetch("numbers", numbers, to_attr="active_numbers"))
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return MenuList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_load": self.may_load(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who may change the menu has a table of what calls may bring, others a line."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fields
        return (*self.fields, "brought")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), "brought")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Who could switch the second person off would need none: that is for `waive_approval`."""
        form = super().get_form(request, obj, change, **kwargs)
        field = form.base_fields.get("requires_approval")
        if field and obj and obj.requires_approval and not request.user.has_perm(WAIVE):
            field.disabled = True
            field.help_text = _("Only who may waive approval can switch this off.")
        return form

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[Any, ...]:
        return self.inlines if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {
            **(extra_context or {}),
            "may_publish": self.has_publish_permission(request),
            "may_clone": self.may_clone(request),
        }
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            begin_menu(obj)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A new menu has no steps yet: its page is where they are added."""
        if "_addanother" not in request.POST:
            stay_here(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_publish" in request.POST and self.has_publish_permission(request):
            return HttpResponseRedirect(reverse("admin:voicegather_menu_publish", args=[obj.pk]))
        return super().response_change(request, obj)

    @admin.action(permissions=["publish"], description=_("Publish selected menus…"))
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """Lead to the page that shows what each would change; nothing is published before."""
        return HttpResponseRedirect(publish_many_url(queryset.values_list("pk", flat=True)))

    @admin.display(description=_("live version"))
    def live(self, menu: Menu) -> str:
        version = menu.live_version
        return link_to(version, f"v{version.number}") if version else gettext("not published")

    @admin.display(description=_("draft"))
    def changes(self, menu: Any) -> str:
        changed = menu.live_version is not None and menu.facts.has_changes
        told = [gettext("unpublished changes")] if changed else []
        return ", ".join([*told, *(in_short(plan) for plan in menu.facts.plans)])

    @admin.display(description=_("calls today"))
    def calls_today(self, menu: Any) -> int:
        count: int = menu.facts.calls_today
        return count

    @admin.display(description=_("numbers"))
    def numbers(self, menu: Any) -> str:
        numbers = getattr(menu, "active_numbers", ())
        shown = ((telephone(number.number),) for number in numbers)
        return format_html_join(", ", "{}", shown) or gettext("none")

    @admin.display(description=_("what a call may bring with it"))
    def brought(self, menu: Menu) -> str:
        declared, problems = read_declared(menu.variables)
        if problems:
            return json.dumps(menu.variables, ensure_ascii=False)
        return ", ".join(each.name for each in declared) or gettext("nothing")

    @admin.display(description=_("languages"))
    def languages_shown(self, menu: Menu) -> str:
        return ", ".join(map(str, menu.languages))
