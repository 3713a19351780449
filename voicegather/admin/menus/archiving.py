"""Menus put away and taken out again: a page, an action, and a filter that hides them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.menus.loading import LoadPage
from voicegather.admin.teams import in_own_teams
from voicegather.exceptions import MenuError
from voicegather.models import Menu, PhoneNumber
from voicegather.selectors.menu_lists import has_history
from voicegather.services.menus.archiving import archive_menu, unarchive_menu, uses_of


class ArchivePage(LoadPage):
    """For the admin of menus: nothing with a history is deleted, it is archived."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.archive_view)
        own = path("<path:object_id>/archive/", view, name="voicegather_menu_archive")
        return [own, *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Fields that complete a menu's name as it is typed offer those in use."""
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.filter(archived_at=None)
        return super().get_search_results(request, queryset, search_term)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A menu with versions or calls leads to the page that archives it."""
        menu = self.get_object(request, object_id)
        if menu is not None and has_history(menu) and self.has_delete_permission(request, menu):
            text = _(
                "“%(menu)s” has been published or called, so it cannot be deleted: archive it."
            )
            messages.warning(request, text % {"menu": menu})
            return HttpResponseRedirect(reverse("admin:voicegather_menu_archive", args=[menu.pk]))
        return super().delete_view(request, object_id, extra_context)

    def archive_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What still leads to the menu; a POST archives it, or takes it out again."""
        menu = self._menu(request, object_id)
        may_change = self.has_change_permission(request, menu)
        refusal = ""
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            try:
                self._move(request, menu)
            except MenuError as error:
                refusal = str(error).partition("\n")[0]
            else:
                url = reverse("admin:voicegather_menu_change", args=[menu.pk])
                return HttpResponseRedirect(url)
        use = uses_of(menu)
        numbers = list(in_own_teams(request, _same(PhoneNumber, use.numbers)))
        menus = list(in_own_teams(request, _same(Menu, use.menus).defer("live_version__document")))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": menu,
            "title": _("Archive “%s”") % menu,
            "refusal": refusal,
            "use": use,
            "numbers": numbers,
            "menus": menus,
            "hidden": len(use.numbers) + len(use.menus) - len(numbers) - len(menus),
            "may_change": may_change,
        }
        status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
        return TemplateResponse(
            request, "admin/voicegather/menu_archive.html", context, status=status
        )

    def _move(self, request: HttpRequest, menu: Menu) -> None:
        author: Any = request.user
        if request.POST.get("act") == "unarchive":
            unarchive_menu(menu, author=author)
            text = _("“%(menu)s” is in use again. No number leads to it yet.")
        else:
            archive_menu(menu, author=author)
            text = _("“%(menu)s” is archived. Its versions, calls and results stay.")
        messages.success(request, text % {"menu": menu})

    @admin.action(permissions=["change"], description=gettext_lazy("Archive selected menus"))
    def archive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Archive those that nothing leads to, and say what leads to the others."""
        archived = 0
        for menu in queryset:
            try:
                archive_menu(menu, author=request.user)  # type: ignore[arg-type]
            except MenuError as error:
                messages.error(request, " ".join(str(error).split("\n")[:4]))
            else:
                archived += 1
        if archived:
            messages.success(request, _("Menus archived: %(count)s.") % {"count": archived})


def _same(model: Any, rows: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = model._default_manager.filter(pk__in=[row.pk for row in rows])
    return found
