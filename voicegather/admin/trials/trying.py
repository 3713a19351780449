"""The test call: a telephone in the browser that walks through a menu's draft."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from voicegather.admin.menus.findings import listed_findings
from voicegather.admin.menus.overview import OverviewPage, may_see_steps
from voicegather.admin.steps.returning import TRIAL
from voicegather.admin.trials.forms import StartForm, posted_act, started_like
from voicegather.admin.trials.showing import KEYS, LETTERS, trial_context
from voicegather.models import Menu
from voicegather.services.menus import MenuLintError
from voicegather.services.trials import (
    ActError,
    Trial,
    TrialGoneError,
    TrialMovedError,
    act_on_trial,
    open_trial,
    start_trial,
)

PAGE = "admin/voicegather/test_call.html"
#: What the page's script replaces.
FRAGMENT = "admin/voicegather/includes/test_call.html"


class TrialPage(OverviewPage):
    """For the admin of menus: test calls on the draft. They send nothing, and are no calls."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "voicegather_menu_test_call"
        own = [
            path("<path:object_id>/test-call/", view(self.trial_start_view), name=name),
            path(
                "<path:object_id>/test-call/<int:trial_id>/",
                view(self.trial_view),
                name=f"{name}_act",
            ),
        ]
        return [*own, *super().get_urls()]

    def trial_start_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How the call shall begin; a POST begins it."""
        menu = self.menu_to_try(request, object_id)
        posted = request.POST if request.method == "POST" else None
        form = StartForm(posted, menu=menu)
        context: dict[str, Any] = {"start_form": form}
        status = HTTPStatus.OK
        if form.is_valid():
            numbers = getattr(menu, "active_numbers", ())
            called = next((each.number for each in numbers), "")
            try:
                trial = start_trial(
                    menu,
                    owner=request.user,  # type: ignore[arg-type]
                    start=form.start(called),
                    runs_functions=form.cleaned_data["runs_functions"],
                )
            except MenuLintError as refusal:
                context["findings"] = listed_findings(menu, refusal.findings)
                status = HTTPStatus.CONFLICT
            else:
                return self.trial_response(request, menu, trial, {})
        return self.trial_page(request, menu, context, status)

    def trial_view(self, request: HttpRequest, object_id: str, trial_id: int) -> HttpResponse:
        """Where a test call stands; a POST leads it on by an act."""
        menu = self.menu_to_try(request, object_id)
        owner: Any = request.user
        try:
            trial = open_trial(menu, trial_id, owner=owner)
            context: dict[str, Any] = {}
            if request.method == "POST":
                try:
                    act = posted_act(request.POST)
                    trial = act_on_trial(trial, act, seq=_posted_seq(request))
                except ActError as refusal:
                    context["refusal"] = str(refusal)
                except TrialMovedError as refusal:
                    trial = open_trial(menu, trial_id, owner=owner)
                    context["refusal"] = str(refusal)
        except TrialGoneError as gone:
            form = StartForm(menu=menu)
            context = {"refusal": str(gone), "start_form": form}
            return self.trial_page(request, menu, context, HTTPStatus.GONE)
        return self.trial_response(request, menu, trial, context)

    def menu_to_try(self, request: HttpRequest, object_id: str) -> Menu:
        """The menu; raises PermissionDenied, or Http404 where the user's teams have none such."""
        menu: Menu | None = self.get_object(request, object_id)
        if not self.has_change_permission(request, menu):
            raise PermissionDenied
        if menu is None:
            raise Http404(_("There is no such menu."))
        return menu

    def trial_response(
        self, request: HttpRequest, menu: Menu, trial: Trial, context: dict[str, Any]
    ) -> HttpResponse:
        """The page, or its part that changes; after a POST without script the page's address."""
        url = reverse("admin:voicegather_menu_test_call_act", args=[menu.pk, trial.row.pk])
        is_plain_post = request.method == "POST" and not _wants_fragment(request)
        if is_plain_post and not context:
            return HttpResponseRedirect(url)
        save_url = reverse("admin:voicegather_menu_test_call_save", args=[menu.pk, trial.row.pk])
        shown = trial_context(trial, with_links=may_see_steps(request))
        context = {**context, **shown, "act_url": url, "save_url": save_url}
        if context["is_over"]:
            row = trial.row
            before = started_like(
                trial.start, begun=row.created_at, runs_functions=row.runs_functions
            )
            context["start_form"] = StartForm(initial=before, menu=menu)
        status = HTTPStatus.CONFLICT if "refusal" in context else HTTPStatus.OK
        return self.trial_page(request, menu, context, status)

    def trial_page(
        self, request: HttpRequest, menu: Menu, context: dict[str, Any], status: int
    ) -> HttpResponse:
        if not _wants_fragment(request):
            context = {**self.overview_context(request, menu, TRIAL), **context}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": menu,
            "title": _("Test call with the draft of “%s”") % menu,
            "keys": [(key, LETTERS.get(key, "")) for key in KEYS],
            "start_url": reverse("admin:voicegather_menu_test_call", args=[menu.pk]),
            **context,
        }
        template = FRAGMENT if _wants_fragment(request) else PAGE
        return TemplateResponse(request, template, context, status=status)


def _posted_seq(request: HttpRequest) -> int:
    """How far the call was when its owner saw it; -1 where that cannot be read."""
    found = request.POST.get("seq", "")
    return int(found) if found.isdecimal() and len(found) < 10 else -1


def _wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"
