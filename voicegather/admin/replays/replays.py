from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.jobs import JobPage
from voicegather.admin.menus.drawing import drawing_of
from voicegather.admin.menus.overview import may_see_steps
from voicegather.admin.replays.forms import asked_like
from voicegather.admin.replays.replaying import may_replay
from voicegather.admin.replays.showing import mark_drawing, result_context
from voicegather.admin.replays.words import choice_words
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.models import Replay, Step
from voicegather.models.jobs import JobState
from voicegather.selectors.overviews import overview_of
from voicegather.services.replays import delete_replay


@admin.register(Replay)
class ReplayAdmin(JobPage, ReadOnlyAdmin):
    """Replays of all menus. Who may see menus and calls sees them, within their teams."""

    change_form_template = "admin/voicegather/replay_change_form.html"
    empty_list = _("On a menu’s page choose “Replay past calls”.")
    list_display = ("created_at", "menu", "state", "same", "other", "asking", "owner")
    list_filter = (("menu", OwnTeamsFilter), "state")
    list_select_related = ("menu", "owner")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .select_related("menu", "owner", "number")
            .defer("document")
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The page says all there is to say."""
        return []

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_replay(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_replay(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One's own, and who may change menus any; who deletes a menu deletes its replays."""
        may = request.user.has_perm
        if may("voicegather.change_menu") or may("voicegather.delete_menu"):
            return True
        return may_replay(request) and obj is not None and obj.owner_id == request.user.pk

    def may_steer(self, request: HttpRequest, job: Any) -> bool:
        return self.has_delete_permission(request, job)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_replay(obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        replay: Replay = context["original"]
        menu_url = reverse("admin:voicegather_menu_replays", args=[replay.menu_id])
        again = urlencode(asked_like(replay))
        context |= {
            **self.job_context(request, replay),
            "menu": replay.menu,
            "choice": choice_words(replay),
            "replays_url": menu_url,
            "again_url": f"{menu_url}?{again}",
        }
        if replay.state == JobState.DONE:
            context |= result_context(request, replay)
            context |= self._diagram_context(request, replay)
        return super().render_change_form(request, context, *args, **kwargs)

    def _diagram_context(self, request: HttpRequest, replay: Replay) -> dict[str, Any]:
        """The draft's diagram with its marks, where it is still the draft that was replayed."""
        overview = overview_of(replay.menu)
        is_same = overview.sha256 == replay.sha256
        context: dict[str, Any] = {"draft_has_changed": not is_same}
        if not is_same or not may_see_steps(request) or not replay.groups:
            return context
        steps = {view.step.pk: view.step for view in overview.steps}

        def address(step: Step) -> str:
            return reverse("admin:voicegather_step_change", args=[step.pk])

        drawing = drawing_of(overview, steps, address, lambda _step: "")
        mark_drawing(drawing, replay, {step.key: pk for pk, step in steps.items()})
        return context | {"drawing": drawing}
