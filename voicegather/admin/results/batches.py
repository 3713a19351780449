"""What was decided about many results at once: how far it is, what came of it, and its undoing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from voicegather.admin.base import PartOfAnother, ReadOnlyAdmin
from voicegather.admin.jobs import JobPage
from voicegather.admin.results.bulk import page_of
from voicegather.admin.results.looking import may_review
from voicegather.models import BatchAct, ReviewBatch
from voicegather.services import jobs
from voicegather.services.reviews import BatchRefusedError, do_at_once, is_small, undo_batch


@admin.register(ReviewBatch)
class ReviewBatchAdmin(PartOfAnother, JobPage, ReadOnlyAdmin):
    """One's own; superusers see everybody's."""

    change_form_template = "admin/voicegather/review_batch.html"
    empty_list = gettext_lazy("Tick results in their list, and choose what is to be done.")
    list_display = ("created_at", "act", "state", "decided", "passed_over", "owner")
    list_filter = ("act", "state")
    list_select_related = ("owner",)
    ordering = ("-pk",)
    fields = ("act", "owner", "created_at", "note", "decided", "passed_over")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = super().get_queryset(request).defer("chosen")
        return found if request.user.is_superuser else found.filter(owner=request.user.pk)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.undo_view)
        own = path("<path:object_id>/undo/", view, name="voicegather_reviewbatch_undo")
        return [own, *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_review(request)

    def may_steer(self, request: HttpRequest, job: Any) -> bool:
        return may_review(request)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        batch: ReviewBatch = context["original"]
        undoing = ReviewBatch.objects.filter(undoes=batch).defer("chosen").first()
        context |= {
            **self.job_context(request, batch),
            "may_undo": batch.is_finished and batch.act != BatchAct.UNDO and undoing is None,
            "undoing_url": page_of(undoing) if undoing else "",
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def undo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put back what stood before."""
        batch = self.seen_object(request, object_id, missing=_("There is no such job."))
        if not may_review(request):
            raise PermissionDenied
        try:
            undoing = undo_batch(batch, owner=request.user)
        except BatchRefusedError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(page_of(batch))
        if is_small(undoing):
            do_at_once(undoing)
        else:
            jobs.start(undoing)
        return HttpResponseRedirect(page_of(undoing))
