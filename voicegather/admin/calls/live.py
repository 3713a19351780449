"""The page of a call, which follows the call while it runs."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from voicegather.admin.calls.acts import Offer
from voicegather.admin.calls.showing import KIND_LABELS, Shower, state_document
from voicegather.admin.disclosures.revealing import RevealingPage, sight_of_page
from voicegather.models import Call
from voicegather.selectors.entries import LiveState, Sight, TimelineEntry
from voicegather.selectors.live import live_state_of
from voicegather.selectors.timeline import CursorError, timeline_of
from voicegather.services.disclosures import Way, note_transcripts


class LivePage(RevealingPage):
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
        sight = sight_of_page(request)
        timeline = timeline_of(call, sight=sight)
        state = live_state_of(call, sight=sight)
        note_transcripts(user=request.user, call=call, entries=timeline.entries, way=Way.ADMIN)
        entries = Shower(call, request.user).entries(timeline.entries)
        return {
            "entries": entries,
            "cursor": timeline.cursor,
            "state": state_document(call, state),
            "subtitle": None,
            "kinds": [(str(kind), label) for kind, label in KIND_LABELS.items()],
            "offers": self.offers(request, state),
            "reveal": self.reveal_offer(request, call, hides=_hides(timeline.entries, state)),
        }

    def offers(self, request: HttpRequest, state: LiveState) -> list[Offer]:
        """The forms with which the user may act on a call in this state."""
        return []

    @method_decorator(require_GET)
    def live_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """What is new since ``?after=``, and where the call stands, as JSON."""
        call = self.call_of(request, object_id)
        try:
            timeline = timeline_of(call, sight=Sight.MASKED, after=request.GET.get("after", ""))
        except CursorError as problem:
            return JsonResponse({"error": str(problem)}, status=HTTPStatus.BAD_REQUEST)
        state = live_state_of(call, sight=Sight.MASKED)
        note_transcripts(user=request.user, call=call, entries=timeline.entries, way=Way.ADMIN)
        return JsonResponse(
            {
                "cursor": timeline.cursor,
                "entries": Shower(call, request.user).entries(timeline.entries),
                "state": state_document(call, state),
            }
        )

    def call_of(self, request: HttpRequest, object_id: str) -> Call:
        """The call; raises PermissionDenied, or Http404 where the user's teams have none such."""
        missing = _("There is no such call.")
        call: Call = self.seen_object(request, object_id, missing=missing)
        return call


def _hides(entries: Iterable[TimelineEntry], state: LiveState) -> bool:
    """Whether there is more to see with everything revealed."""
    partial = state.conversation.partial if state.conversation else ()
    return any(each.is_masked for each in entries) or any(
        each.is_masked for each in (*state.variables, *partial)
    )
