"""The pages on which staff place calls. What comes of it is the live page of the new call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from voicegather.admin.base import BaseAdmin, LogAdmin
from voicegather.admin.calls.placing import PlaceCallForm, RingForm
from voicegather.admin.teams import in_own_teams
from voicegather.exceptions import VoicegatherError
from voicegather.models import Call, Menu, PhoneNumber
from voicegather.selectors.declared import declared_live
from voicegather.services.calls.placing import place_call, place_test_call

PLACE = "voicegather.place_call"
#: In the session: whom this user called last with a draft.
_CALLED = "voicegather_called_with_draft"


class PlacingPage(LogAdmin):
    """For the admin of calls: a button and a form to place one."""

    change_list_template = "admin/voicegather/call_change_list.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = path("place/", view(self.place_view), name="voicegather_call_place")
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {**(extra_context or {}), "may_place": request.user.has_perm(PLACE)}
        return super().changelist_view(request, context)

    def place_view(self, request: HttpRequest) -> HttpResponse:
        """A call with a published menu."""
        require_placing(request)
        menus = in_own_teams(
            request, Menu.objects.filter(archived_at=None).exclude(live_version=None)
        )
        chosen = (request.POST if request.method == "POST" else request.GET).get("menu")
        form = PlaceCallForm(
            request.POST if request.method == "POST" else None,
            initial={"menu": chosen},
            menus=menus,
            declared=declared_live(menus, chosen),
            numbers=_numbers(request),
        )
        if form.is_valid():
            wanted = form.cleaned_data
            try:
                call = place_call(
                    wanted["menu"],
                    to=wanted["to"],
                    from_=wanted["number"].number,
                    connection=wanted["number"].connection,
                    variables=form.given_variables(),
                    timeout_seconds=wanted["timeout_seconds"],
                    detect_machine=wanted["detect_machine"],
                    language=wanted["language"],
                    author=request.user,  # type: ignore[arg-type]
                    act_id=wanted["act_id"],
                )
            except VoicegatherError as refusal:
                form.blame(refusal)
            else:
                return _to_call(request, call)
        context = {"form": form, "rows": form.variables, "title": _("Place a call")}
        return _page(self, request, context)


class DraftCallingPage(BaseAdmin):
    """For the admin of menus: a form that has the draft call whoever edits it."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "voicegather_menu_call_me"
        own = path("<path:object_id>/call-me/", view(self.call_me_view), name=name)
        return [own, *super().get_urls()]

    def call_me_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A call to staff with the menu as it stands."""
        require_placing(request)
        menu = self.get_object(request, object_id)
        if menu is None:
            raise Http404(_("There is no such menu."))
        form = RingForm(
            request.POST if request.method == "POST" else None,
            initial={"to": request.session.get(_CALLED, "")},
            numbers=_numbers(request),
        )
        if form.is_valid():
            wanted = form.cleaned_data
            try:
                call = place_test_call(
                    menu,
                    to=wanted["to"],
                    from_=wanted["number"].number,
                    language=wanted["language"],
                    author=request.user,  # type: ignore[arg-type]
                    act_id=wanted["act_id"],
                )
            except VoicegatherError as refusal:
                form.blame(refusal)
            else:
                request.session[_CALLED] = wanted["to"]
                return _to_call(request, call)
        title = _("Call me with the draft of “%s”") % menu
        return _page(self, request, {"form": form, "title": title, "original": menu})


def require_placing(request: HttpRequest) -> None:
    """Raises PermissionDenied for whoever may not place calls."""
    if not request.user.has_perm(PLACE):
        raise PermissionDenied


def _numbers(request: HttpRequest) -> Any:
    return in_own_teams(request, PhoneNumber.objects.filter(is_active=True).order_by("number"))


def _to_call(request: HttpRequest, call: Call) -> HttpResponseRedirect:
    messages.success(request, _("The call is being placed."))
    if request.user.has_perm("voicegather.view_call"):
        return HttpResponseRedirect(reverse("admin:voicegather_call_change", args=[call.pk]))
    return HttpResponseRedirect(reverse("admin:index"))


def _page(model_admin: BaseAdmin, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    form = context["form"]
    return TemplateResponse(
        request,
        "admin/voicegather/place_call.html",
        {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.opts,
            "has_view_permission": model_admin.has_view_permission(request),
            "has_numbers": form.fields["number"].queryset.exists(),
            **context,
        },
    )
