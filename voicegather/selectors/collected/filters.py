"""What somebody chose to export, as queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from voicegather.models import Call, GatherResult, Menu, ResultReview
from voicegather.models.export_profiles import Reviews
from voicegather.selectors.teams import AnyUser, in_teams_of, visible_to

_COUNTS = (ResultReview.Decision.ACCEPTED, ResultReview.Decision.CORRECTED)
_REVIEWED = (*_COUNTS, ResultReview.Decision.REJECTED)


@dataclass(frozen=True)
class ExportFilters:
    """What to export; every filter narrows it further, none means everything.

    `menu` is the slug of the menu that answered, `since` and `until` bound the call's start (the
    end is not included). `calls` and `results` are querysets of exactly what was chosen in a list:
    of a call only the chosen results, and the attempts of their visits, are exported, and so it is
    with `step`, `outcome` and `reviews`. Calls by which staff tried a menu out are left out unless
    chosen so, or by `test_calls`. `viewer` sees what their teams see, `team` (if any) bounds that
    further to what all of its members see. Chosen results are judged by their own menus, which in
    a submenu are not the call's.
    """

    menu: str = ""
    since: datetime | None = None
    until: datetime | None = None
    step: str = ""
    outcome: str = ""
    reviews: Reviews = Reviews.ANY
    test_calls: bool = False
    calls: QuerySet[Call] | None = None
    results: QuerySet[GatherResult] | None = None
    viewer: AnyUser | None = None
    team: Group | None = None

    @property
    def leaves_tests_out(self) -> bool:
        """Whether calls by which staff tried menus out are no part of it."""
        return not self.test_calls and self.calls is None and self.results is None

    @property
    def chooses_results(self) -> bool:
        """Whether of a call only some results are exported."""
        chosen = self.step or self.outcome or self.reviews != Reviews.ANY
        return bool(chosen) or self.results is not None

    def of_calls(self) -> QuerySet[Call]:
        """The calls that these filters choose by what is known of the call, in no order."""
        calls = Call.objects.all() if self.calls is None else self.calls.order_by()
        if self.viewer is not None and self.results is None:
            calls = in_teams_of(self.viewer, calls)
        if self.team is not None and self.results is None:
            calls = calls.filter(Q(menu__team=None) | Q(menu__team=self.team))
        if self.leaves_tests_out:
            calls = calls.filter(is_test=False)
        if self.menu:
            calls = calls.filter(menu__slug=self.menu)
        if self.since is not None:
            calls = calls.filter(started_at__gte=self.since)
        if self.until is not None:
            calls = calls.filter(started_at__lt=self.until)
        return calls

    def of_results(self, *, last_review: int) -> QuerySet[GatherResult]:
        """The results that these filters choose of those calls; reviews up to this id count."""
        results = GatherResult.objects.all() if self.results is None else self.results.order_by()
        if self.step:
            results = results.filter(step_key=self.step)
        if self.outcome:
            results = results.filter(outcome=self.outcome)
        if self.reviews != Reviews.ANY:
            reviews = ResultReview.objects.filter(result=OuterRef("pk"), pk__lte=last_review)
            latest = Subquery(reviews.order_by("-pk").values("decision")[:1])
            wanted = _COUNTS if self.reviews == Reviews.ACCEPTED else _REVIEWED
            decided = results.filter(Exists(reviews)).annotate(decided=latest)
            results = decided.filter(decided__in=wanted)
        if self._bounds_calls:
            results = results.filter(call__in=self.of_calls().values("pk"))
        return results

    def hidden_menus(self) -> frozenset[int]:
        """The menus, by id, whose results are none of the viewer's, or not all of the team's."""
        if self.viewer is None and self.team is None:
            return frozenset()
        menus = Menu.objects.all()
        shown = menus if self.viewer is None else visible_to(self.viewer, menus)
        if self.team is not None:
            shown = shown.filter(Q(team=None) | Q(team=self.team))
        hidden = menus.exclude(pk__in=shown.values("pk"))
        return frozenset(hidden.values_list("pk", flat=True))

    @property
    def _bounds_calls(self) -> bool:
        if self.menu or self.since or self.until or self.calls is not None:
            return True
        return self.results is None and bool(self.viewer or self.team or self.leaves_tests_out)
