"""The page of a call, which follows the call while it runs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from voicegather.admin.base import LogAdmin
from voicegather.admin.pages.acts import Offer
from voicegather.admin.pages.showing import KIND_LABELS, Shower, state_document
from voicegather.admin.revealing import REVEAL, sight_asked_for
from voicegather.models import Call
from voicegather.selectors.entries import LiveState
from voicegather.selectors.live import live_state_of
from voicegather.selectors.timeline import CursorError, timeline_of


class LivePage(LogAdmin):
    """For the admin of calls: a call's page, and what is new on it."""

    change_form_template = "admin/voicegather/call_change_form.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = path("<path:object_id>/live/", view(self.live_view), name="voicegather_call_live")
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        call = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if call is not None and self.has_view_permission(request, call):
            context |= self.context_of(request, call)
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def context_of(self, request: HttpRequest, call: Call) -> dict[str, Any]:
        """What the page shows of `call` besides its fields."""
        sight = sight_asked_for(request, call)
        timeline = timeline_of(call, sight=sight)
        state = live_state_of(call, sight=sight)
        entries = Shower(call, request.user).entries(timeline.entries)
        return {
            "entries": entries,
            "cursor": timeline.cursor,
            "state": state_document(call, state),
            "subtitle": None,
            "kinds": [(str(kind), label) for kind, label in KIND_LABELS.items()],
            "offers": self.offers(request, state),
            "may_reveal": request.user.has_perm(REVEAL),
            "is_revealed": "reveal" in request.GET,
        }

    def offers(self, request: HttpRequest, state: LiveState) -> list[Offer]:
        """The forms with which the user may act on a call in this state."""
        return []

    @method_decorator(require_GET)
    def live_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """What is new since ``?after=``, and where the call stands, as JSON."""
        call = self.call_of(request, object_id)
        sight = sight_asked_for(request, call)
        try:
            timeline = timeline_of(call, sight=sight, after=request.GET.get("after", ""))
        except CursorError as problem:
            return JsonResponse({"error": str(problem)}, status=HTTPStatus.BAD_REQUEST)
        state = live_state_of(call, sight=sight)
        return JsonResponse(
            {
                "cursor": timeline.cursor,
                "entries": Shower(call, request.user).entries(timeline.entries),
                "state": state_document(call, state),
            }
        )

    def call_of(self, request: HttpRequest, object_id: str) -> Call:
        """The call; raises PermissionDenied, or Http404 where the user's teams have none such."""
        call: Call | None = self.get_object(request, object_id)
        if not self.has_view_permission(request, call):
            raise PermissionDenied
        if call is None:
            raise Http404(_("There is no such call."))
        return call
