"""The page on which past calls of a menu are chosen for a replay; it lists earlier ones."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from voicegather.admin.menus.findings import listed_findings
from voicegather.admin.menus.overview import OverviewPage
from voicegather.admin.replays.forms import ReplayForm
from voicegather.admin.replays.words import choice_words, matching_words, result_words
from voicegather.engine.state import Phase
from voicegather.models import Menu, Replay
from voicegather.services.menus import MenuLintError
from voicegather.services.replays import MOST_CALLS, ReplayError, count_matching, start_replay

PERMISSIONS = ("voicegather.view_menu", "voicegather.view_call")
#: Earlier replays that the page lists.
LISTED = 50


class ReplayingPage(OverviewPage):
    """For the admin of menus: what past callers did, done again on the draft."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.replays_view)
        own = path("<path:object_id>/replays/", view, name="voicegather_menu_replays")
        return [own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["may_replay"] = may_replay(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def replays_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Which calls; a POST counts them, or has them replayed."""
        menu = self._menu(request, object_id)
        if not may_replay(request):
            raise PermissionDenied
        if request.method != "POST":
            wanted = {"most": MOST_CALLS, **request.GET.dict()}
            return self._page(request, menu, self._form(request, menu, wanted))
        form = self._form(request, menu, request.POST)
        if request.POST.get("act") != "start" or not form.is_valid():
            status = HTTPStatus.OK if form.is_valid() else HTTPStatus.BAD_REQUEST
            return self._page(request, menu, form, status=status)
        owner: Any = request.user
        try:
            replay = start_replay(form.choice(), owner=owner)
        except MenuLintError as refusal:
            findings = listed_findings(menu, refusal.findings)
            status = HTTPStatus.CONFLICT
            return self._page(request, menu, form, findings=findings, status=status)
        except ReplayError as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, menu, form, status=HTTPStatus.CONFLICT)
        return HttpResponseRedirect(reverse("admin:voicegather_replay_change", args=[replay.pk]))

    def _form(self, request: HttpRequest, menu: Menu, data: Any) -> ReplayForm:
        return ReplayForm(data, menu=menu, user=request.user)

    def _page(
        self,
        request: HttpRequest,
        menu: Menu,
        form: ReplayForm,
        *,
        findings: Any = (),
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        replays = menu.replays.select_related("owner", "version", "number").defer(
            "document", "groups", "version__document"
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": menu,
            "title": _("Replay past calls of “%s”") % menu,
            "form": form,
            "findings": findings,
            "matching": matching_words(count_matching(form.choice())) if form.is_valid() else "",
            "has_calls": menu.calls.filter(phase=Phase.ENDED).exists(),
            "may_try": self.has_change_permission(request, menu),
            "replays": [_listed(replay) for replay in replays[:LISTED]],
        }
        page = "admin/voicegather/menu_replays.html"
        return TemplateResponse(request, page, context, status=status)


def _listed(replay: Replay) -> dict[str, Any]:
    return {
        "url": reverse("admin:voicegather_replay_change", args=[replay.pk]),
        "at": replay.created_at,
        "calls": choice_words(replay),
        "result": result_words(replay),
        "owner": replay.owner,
    }


def may_replay(request: HttpRequest) -> bool:
    """Whether the user may see what past callers did at all."""
    return request.user.has_perms(PERMISSIONS)
