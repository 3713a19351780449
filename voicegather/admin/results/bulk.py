"""Many results accepted, rejected or reopened from the list, after a page that says how many."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from voicegather.admin.base import LogAdmin
from voicegather.admin.results.forms import ManyForm
from voicegather.admin.results.looking import may_review
from voicegather.models import BatchAct, ResultReview, ReviewBatch, ReviewState
from voicegather.services import jobs
from voicegather.services.display import grouped
from voicegather.services.inputs import InputError
from voicegather.services.reviews import (
    MOST_AT_ONCE,
    BatchRefusedError,
    BatchWish,
    ask_batch,
    do_at_once,
    is_small,
)

TITLES = {
    BatchAct.ACCEPT: gettext_lazy("Accept many results"),
    BatchAct.REJECT: gettext_lazy("Reject many results"),
    BatchAct.REOPEN: gettext_lazy("Reopen many results"),
}


class BulkReview(LogAdmin):
    """Actions on ticked rows, or on all that the list is filtered to."""

    actions: Any = ("accept_many", "reject_many", "reopen_many")

    def has_review_permission(self, request: HttpRequest) -> bool:
        return may_review(request)

    @admin.action(permissions=["review"], description=gettext_lazy("Accept selected…"))
    def accept_many(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._many(request, queryset, BatchAct.ACCEPT)

    @admin.action(permissions=["review"], description=gettext_lazy("Reject selected…"))
    def reject_many(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._many(request, queryset, BatchAct.REJECT)

    @admin.action(permissions=["review"], description=gettext_lazy("Reopen selected…"))
    def reopen_many(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self._many(request, queryset, BatchAct.REOPEN)

    def _many(
        self, request: HttpRequest, queryset: QuerySet[Any], act: BatchAct
    ) -> HttpResponse | None:
        """The page that asks, and then does it."""
        is_confirmed = "confirm" in request.POST
        form = ManyForm(request.POST if is_confirmed else None)
        if not is_confirmed or not form.is_valid():
            return self._asking(request, queryset, act, form)
        last_review, asked = _number(request, "last_review"), _number(request, "wanted")
        found = _wanted(queryset, act).filter(pk__lte=_number(request, "last_result"))
        wish = BatchWish(
            act=act,
            results=list(found.values_list("pk", flat=True)[: MOST_AT_ONCE + 1]),
            last_review=last_review,
            owner=request.user,
            note=form.cleaned_data["note"],
        )
        try:
            batch = ask_batch(wish)
        except InputError as problem:
            for each in problem.problems:
                form.add_error("note", each.message)
            return self._asking(request, queryset, act, form)
        except BatchRefusedError as problem:
            messages.error(request, str(problem))
            return None
        if not is_small(batch):
            jobs.start(batch)
            return HttpResponseRedirect(page_of(batch))
        batch = do_at_once(batch)
        tell_of(request, batch)
        if batch.decided < asked:
            told = _("%s were decided by others meanwhile, and stay as they are.")
            messages.warning(request, told % grouped(asked - batch.decided))
        return HttpResponseRedirect(request.get_full_path())

    def _asking(
        self, request: HttpRequest, queryset: QuerySet[Any], act: BatchAct, form: ManyForm
    ) -> HttpResponse | None:
        found = list(queryset.order_by().values_list("pk", "review_state")[: MOST_AT_ONCE + 1])
        if len(found) > MOST_AT_ONCE:
            told = _("These are more than %s at once: filter them further, such as by date.")
            messages.error(request, told % grouped(MOST_AT_ONCE))
            return None
        states = Counter(state for _pk, state in found)
        unreviewed, all_chosen = states[ReviewState.UNREVIEWED], sum(states.values())
        wanted = all_chosen - unreviewed if act == BatchAct.REOPEN else unreviewed
        newest = ResultReview.objects.aggregate(newest=Max("pk"))["newest"] or 0
        hidden = [
            ("action", request.POST.get("action", "")),
            ("select_across", request.POST.get("select_across", "0")),
            ("last_result", max((pk for pk, _state in found), default=0)),
            ("last_review", newest),
            ("wanted", wanted),
            *((ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)),
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": TITLES[act],
            "form": form,
            "hidden": hidden,
            "act": act.value,
            "act_label": act.label,
            "wanted": wanted,
            "wanted_shown": grouped(wanted),
            "others": sum(states.values()) - wanted,
            "list_url": request.get_full_path(),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/voicegather/result_review_many.html", context)


def _wanted(results: QuerySet[Any], act: BatchAct) -> QuerySet[Any]:
    """Those that the act is for: reopening is for what is reviewed, the others for what is not."""
    unreviewed = Q(review_state=ReviewState.UNREVIEWED)
    return results.order_by().filter(~unreviewed if act == BatchAct.REOPEN else unreviewed)


def page_of(batch: ReviewBatch) -> str:
    return reverse("admin:voicegather_reviewbatch_change", args=[batch.pk])


def tell_of(request: HttpRequest, batch: ReviewBatch) -> None:
    """Say what was done, with the way to its undoing."""
    told = ngettext(
        "%(number)s result is reviewed.", "%(number)s results are reviewed.", batch.decided
    )
    if batch.act == BatchAct.REOPEN:
        told = ngettext(
            "%(number)s result waits for a review again.",
            "%(number)s results wait for a review again.",
            batch.decided,
        )
    words = told % {"number": grouped(batch.decided)}
    link = format_html('<a href="{}">{}</a>', page_of(batch), _("Look at it, or undo it"))
    messages.success(request, format_html("{} {}", words, link))


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
