from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from voicegather.admin.base import LogAdmin
from voicegather.admin.jobs import JobPage
from voicegather.admin.lists.display import link_to, precise, telephone
from voicegather.admin.lists.searching import of_call
from voicegather.admin.recordings.players import length_of, players_of
from voicegather.models import Recording
from voicegather.models.jobs import Job, JobState
from voicegather.selectors.recordings import may_listen_to_any, state_words
from voicegather.services.disclosures import Way
from voicegather.services.recordings import (
    NotAllowedError,
    RecordingError,
    forget,
    open_sound,
    sound_response,
)


@admin.register(Recording)
class RecordingAdmin(JobPage, LogAdmin):
    """Who may listen sees the list, too."""

    empty_list = _("A recording appears here when a step of the kind “record” is reached.")
    change_form_template = "admin/voicegather/recording_change_form.html"
    list_display = ("began_at", "call_link", "step", "use", "length", "how_far", "transcribed")
    list_display_links = ("began_at",)
    list_filter = ("began_at", "state")
    list_select_related = ("call", "visit")
    ordering = ("-began_at", "-pk")
    search_fields = ("recording_id", "call__caller")
    search_help_text = _("A whole recording id of Telnyx, or the beginning of the caller’s number")
    fields = (
        "call_link",
        "step",
        "use",
        "take",
        "sensitivity",
        "began",
        "ended",
        "length",
        "channels",
        "format",
        "size",
        "sha256",
        "recording_id",
        "connection",
        "left_telnyx_at",
        "transcript_source",
        "tries",
    )
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = path(
            "<path:object_id>/sound/", view(self.sound_view), name="voicegather_recording_sound"
        )
        return [own, *super().get_urls()]

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return [Q(recording_id=term), *of_call(queryset, "call__", term)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("sealed_address", "call__sealed_state")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_listen_to_any(request.user) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("voicegather.delete_recording")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One by one: files are deleted with their rows."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        forget([obj])

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except RecordingError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(
                reverse("admin:voicegather_recording_change", args=[object_id])
            )
        return response

    def may_steer(self, request: HttpRequest, job: Job) -> bool:
        return may_listen_to_any(request.user)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        recording = context.get("original")
        if recording is not None:
            (context["player"],) = players_of(request, [recording])
            if recording.state != JobState.DONE or not recording.is_kept:
                context |= self.job_context(request, recording)
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_GET)
    def sound_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The sound itself, whole or the part that the player asks for."""
        missing = gettext("There is no such recording.")
        recording: Recording = self.seen_object(request, object_id, missing=missing)
        try:
            file = open_sound(recording, user=request.user, way=Way.ADMIN)
        except NotAllowedError:
            raise PermissionDenied from None
        except RecordingError as problem:
            raise Http404(str(problem)) from None
        return sound_response(recording, file, wanted=request.headers.get("Range", ""))

    @admin.display(description=_("call"))
    def call_link(self, recording: Recording) -> str:
        return link_to(recording.call, telephone(recording.call.caller) or gettext("unknown"))

    @admin.display(description=_("step"))
    def step(self, recording: Recording) -> str | None:
        return recording.visit.step_key if recording.visit else None

    @admin.display(description=_("length"))
    def length(self, recording: Recording) -> str:
        return length_of(recording)

    @admin.display(description=_("state"))
    def how_far(self, recording: Recording) -> str:
        return state_words(recording)

    @admin.display(description=_("transcript"), boolean=True)
    def transcribed(self, recording: Recording) -> bool:
        return recording.transcribed_at is not None

    @admin.display(description=_("began"))
    def began(self, recording: Recording) -> str:
        return precise(recording.began_at)

    @admin.display(description=_("ended"))
    def ended(self, recording: Recording) -> str | None:
        return precise(recording.ended_at) or None
