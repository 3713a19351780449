"""The queue: unreviewed results of what the list is filtered to, one at a time."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from voicegather.admin.lists.keyset import KeysetChangeList
from voicegather.admin.results.forms import ReviewForm
from voicegather.admin.results.looking import REASON, may_review, with_surroundings
from voicegather.admin.results.reviewing import DONE, Decision, ReviewingPage
from voicegather.models import GatherResult, ReviewState
from voicegather.selectors.keyset import Direction, Place
from voicegather.selectors.queueing import Left, left_of
from voicegather.services.reviews import (
    ReviewGoneError,
    ReviewMovedError,
    next_free,
    put_back,
    release_others,
)

QUEUE = "voicegather_gatherresult_queue"
#: Of the session: what this reviewer decided in the queue last, as [result id, review id].
DECIDED = "voicegather_decided"
MOST_UNDONE = 30
#: Of the address, beside the list's own filters.
RESULT, ORDER = "result", "order"
OLDEST = "oldest"


class QueueChangeList(KeysetChangeList):
    """The list's filters and search, without a page of its rows."""

    def get_results(self, request: HttpRequest) -> None:
        self.sources = [
            with_surroundings(each.filter(review_state=ReviewState.UNREVIEWED))
            for each in self._sources()
        ]
        self.result_list, self.result_count = [], 0
        self.show_full_result_count, self.full_result_count = False, None
        self.show_admin_actions, self.can_show_all, self.multi_page = False, False, False
        self.paginator = None


class QueuePage(ReviewingPage):
    """For the admin of results."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.queue_view)
        return [path("queue/", view, name=QUEUE), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        match = request.resolver_match
        return QueueChangeList if match and match.url_name == QUEUE else KeysetChangeList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if may_review(request):
            kept = _without(request, "review_state__exact")
            queue = reverse(f"admin:{QUEUE}")
            address = f"{queue}?{kept.urlencode()}" if kept else queue
            extra_context = {**(extra_context or {}), "review_queue_url": address}
        return super().changelist_view(request, extra_context)

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """The next result that waits, or that which the address names; a POST decides."""
        if not (self.has_view_permission(request) and may_review(request)):
            raise PermissionDenied
        try:
            queue = self._queue(request)
        except IncorrectLookupParameters:
            told = _("The address names no filter of the list: all that waits is shown.")
            messages.warning(request, told)
            return HttpResponseRedirect(request.path)
        if REASON in request.POST:
            return self._shown(request, queue, _id_in(request.POST.get(RESULT, "")))
        if request.method == "POST":
            return self._decided(request, queue)
        asked = request.GET.get(RESULT, "")
        if asked:
            return self._shown(request, queue, _id_in(asked))
        direction = queue.direction if queue.place or not _is_oldest(request) else Direction.NEWER
        found = next_free(
            queue.sources, reviewer=request.user, place=queue.place, direction=direction
        )
        if found is None:
            return self._through(request, queue)
        return self._shown(request, queue, found.pk)

    def _decided(self, request: HttpRequest, queue: Any) -> HttpResponse:
        if "undo" in request.POST:
            return self._undone(request)
        pk = _id_in(request.POST.get(RESULT, ""))
        form = ReviewForm(request.POST)
        decided, status = self.decide(request, pk, form)
        if decided is None:
            more = self._around(request, queue, self.looked_at(request, pk))
            return self.review_page(request, pk, form, status=status, **more)
        done = request.session.get(DECIDED, [])
        request.session[DECIDED] = [*done, [pk, decided.pk]][-MOST_UNDONE:]
        messages.success(request, DONE[Decision(decided.decision)]())
        onward = _onward(request)
        return HttpResponseRedirect(_address(request, onward, self.looked_at(request, pk)))

    def _undone(self, request: HttpRequest) -> HttpResponse:
        done = request.session.get(DECIDED, [])
        if not done:
            messages.warning(request, _("There is nothing that you could undo."))
            return HttpResponseRedirect(_address(request))
        (pk, review), request.session[DECIDED] = done[-1], done[:-1]
        try:
            put_back(pk, seen=review, reviewer=request.user)
        except ReviewMovedError as conflict:
            messages.error(request, _("Nothing was undone. %s") % conflict)
        except ReviewGoneError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(_address(request))
        else:
            messages.success(request, _("Undone: decide again."))
        return HttpResponseRedirect(_exactly(request, pk))

    def _shown(self, request: HttpRequest, queue: Any, pk: int) -> HttpResponse:
        result = self.looked_at(request, pk)
        return self.review_page(request, pk, None, **self._around(request, queue, result))

    def _around(self, request: HttpRequest, queue: Any, result: GatherResult) -> dict[str, Any]:
        """What the page shows around a result that is one of many."""
        ahead = _onward(request)
        back = Direction.OLDER if ahead is Direction.NEWER else Direction.NEWER
        return {
            **self._of_queue(request, queue),
            "is_queue": True,
            "review_url": request.get_full_path(),
            "next_url": _address(request, ahead, result),
            "previous_url": _address(request, back, result),
            "mask_url": _exactly(request, result.pk),
            "left": left_of(queue.sources),
        }

    def _of_queue(self, request: HttpRequest, queue: Any) -> dict[str, Any]:
        other = _without(request, ORDER)
        if not _is_oldest(request):
            other[ORDER] = OLDEST
        listed = _without(request, ORDER)
        listed["review_state__exact"] = ReviewState.UNREVIEWED.value
        changelist = reverse("admin:voicegather_gatherresult_changelist")
        return {
            "chosen": list(_chosen(queue)),
            "is_oldest": _is_oldest(request),
            "order_url": f"?{other.urlencode()}",
            "list_url": f"{changelist}?{listed.urlencode()}",
            "queue_url": _address(request),
            "undoable": len(request.session.get(DECIDED, ())),
        }

    def _through(self, request: HttpRequest, queue: Any) -> HttpResponse:
        """Nothing further on this side; what was skipped, or is looked at by others, is told."""
        release_others(request.user)
        left: Left = left_of(queue.sources)
        context = {
            **self.admin_site.each_context(request),
            **self._of_queue(request, queue),
            "opts": self.opts,
            "title": _("Review"),
            "left": left,
            "was_moving": queue.place is not None,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/voicegather/review_queue_end.html", context)

    def _queue(self, request: HttpRequest) -> Any:
        """The filters of the address; raises IncorrectLookupParameters."""
        asked: Any = copy(request)
        asked.GET = _without(request, ORDER, "review_state__exact")
        for direction in Direction:
            if direction.value in request.GET:
                asked.GET[direction.value] = request.GET[direction.value]
        return self.get_changelist_instance(asked)


def _onward(request: HttpRequest) -> Direction:
    return Direction.NEWER if _is_oldest(request) else Direction.OLDER


def _is_oldest(request: HttpRequest) -> bool:
    return request.GET.get(ORDER) == OLDEST


def _without(request: HttpRequest, *names: str) -> QueryDict:
    """The parameters of the address but for these, and but for the place in the queue."""
    kept = request.GET.copy()
    for name in (*names, RESULT, Direction.OLDER.value, Direction.NEWER.value):
        kept.pop(name, None)
    return kept


def _address(
    request: HttpRequest, beyond: Direction | None = None, result: GatherResult | None = None
) -> str:
    """The queue under the same filters: from its beginning, or beyond a result."""
    asked = _without(request)
    if beyond is not None and result is not None:
        asked[beyond.value] = str(Place(result.gathered_at, result.pk))
    return f"{request.path}?{asked.urlencode()}" if asked else request.path


def _exactly(request: HttpRequest, pk: int) -> str:
    """The queue under the same filters, at this result."""
    asked = _without(request)
    asked[RESULT] = str(pk)
    return f"{request.path}?{asked.urlencode()}"


def _id_in(text: str) -> int:
    """Raises Http404 where it is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404(_("There is no such result."))
    return int(text)


def _chosen(queue: Any) -> Any:
    """The filters and the search by which the queue is narrowed, as label and value."""
    for spec in queue.filter_specs:
        used = any(queue.params.get(name) for name in spec.expected_parameters() if name)
        if getattr(spec, "typed", None):
            days = [text for text in spec.typed.values() if text]
            if days:
                yield str(spec.title), " – ".join(days)
        elif used:
            picked = [each for each in spec.choices(queue) if each["selected"]]
            yield str(spec.title), str(picked[0]["display"]) if picked else "?"
    if queue.query:
        yield _("search"), queue.query
