"""The page on which one result is reviewed; its own page has the same form."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from voicegather.admin.disclosures.revealing import RevealingPage, unlogged
from voicegather.admin.results.forms import ReviewForm, form_for
from voicegather.admin.results.looking import (
    REASON,
    hides_of,
    look_context,
    may_review,
    with_surroundings,
)
from voicegather.models import GatherResult, ResultReview
from voicegather.services.inputs import InputError
from voicegather.services.reviews import ReviewGoneError, ReviewMovedError, review

Decision = ResultReview.Decision
#: What is told after each decision.
DONE = {
    Decision.ACCEPTED: lambda: _("Accepted."),
    Decision.CORRECTED: lambda: _("Corrected."),
    Decision.REJECTED: lambda: _("Rejected."),
    Decision.REOPENED: lambda: _("It waits for a review again."),
}


class ReviewingPage(RevealingPage):
    """For the admin of results."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.review_view)
        own = path("<path:object_id>/review/", view, name="voicegather_gatherresult_review")
        return [own, *super().get_urls()]

    def hides(self, row: GatherResult) -> bool:
        return hides_of(row)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        original = context.get("original")
        if original is not None:
            context |= look_context(request, self.looked_at(request, original.pk))
            if may_review(request):
                context["review_form"] = form_for(context["look"], request.POST)
                context["review_url"] = self.review_url(original.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    def review_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The result with its form; a POST decides."""
        missing = _("There is no such result.")
        found: GatherResult = self.seen_object(request, object_id, missing=missing)
        if not may_review(request):
            raise PermissionDenied
        if request.method != "POST" or REASON in request.POST:
            return self.review_page(request, found.pk, None)
        form = ReviewForm(request.POST)
        decided, status = self.decide(request, found.pk, form)
        if decided is None:
            return self.review_page(request, found.pk, form, status=status)
        messages.success(request, DONE[Decision(decided.decision)]())
        page = reverse("admin:voicegather_gatherresult_change", args=[found.pk])
        return HttpResponseRedirect(page)

    def decide(
        self, request: HttpRequest, pk: int, form: ReviewForm
    ) -> tuple[ResultReview | None, HTTPStatus]:
        """The review that the form makes; None, with the errors in the form, where it makes none.

        Raises Http404 where the result is gone.
        """
        if not form.is_valid():
            return None, HTTPStatus.BAD_REQUEST
        seen = form.cleaned_data["seen"]
        try:
            done = review(pk, form.ruling(), seen=seen, reviewer=request.user)
        except InputError as problem:
            form.refuse(problem)
            return None, HTTPStatus.BAD_REQUEST
        except ReviewMovedError as conflict:
            form.add_error(None, str(conflict))
            return None, HTTPStatus.CONFLICT
        except ReviewGoneError as problem:
            raise Http404(str(problem)) from problem
        return done, HTTPStatus.OK

    def review_page(
        self,
        request: HttpRequest,
        pk: int,
        form: ReviewForm | None,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        **more: Any,
    ) -> HttpResponse:
        """The page of one result, with what was typed where a form was refused."""
        result = self.looked_at(request, pk)
        shown = look_context(request, result)
        if form is not None:
            form.see(shown["look"])
        context = {
            **self.admin_site.each_context(request),
            **shown,
            "opts": self.opts,
            "original": result,
            "title": _("Review"),
            "review_form": form or form_for(shown["look"], request.POST),
            "review_url": self.review_url(pk),
            "is_conflict": status is HTTPStatus.CONFLICT,
            "media": self.media,
            **more,
        }
        here = context.get("mask_url", self.review_url(pk))
        context["reveal"] = self.reveal_offer(request, result, hides=False, page_url=here)
        page = "admin/voicegather/result_review.html"
        return unlogged(request, TemplateResponse(request, page, context, status=status))

    def looked_at(self, request: HttpRequest, pk: int) -> GatherResult:
        """The result with its surroundings; raises Http404."""
        found = with_surroundings(self.get_queryset(request)).filter(pk=pk).first()
        if found is None:
            raise Http404(_("There is no such result."))
        return found

    def review_url(self, pk: int) -> str:
        return reverse("admin:voicegather_gatherresult_review", args=[pk])
