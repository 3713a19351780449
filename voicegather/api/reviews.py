"""What staff decided about a result, and deciding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather.api.fields import Choice, Moment, Shape, Text
from voicegather.api.permissions import may
from voicegather.api.revealing import note_sight
from voicegather.models import GatherResult, ResultReview
from voicegather.selectors.entries import Sight
from voicegather.selectors.looking import whole_of
from voicegather.selectors.results import newest_reviews
from voicegather.selectors.revealing import is_sensitive
from voicegather.services.reviews import LONGEST_NOTE, LONGEST_VALUE, Ruling, review

Decision = ResultReview.Decision
_HIGHEST_ID = 2**63 - 1


class ReviewShape(Shape):
    """One decision. `value` is that of a correction: of a sensitive step masked until revealed."""

    id = serializers.IntegerField(read_only=True)
    decision = Choice(choices=Decision.choices)
    value = Text(default="", max_length=LONGEST_VALUE)
    note = Text(default="", max_length=LONGEST_NOTE)
    reviewer = serializers.CharField(
        source="reviewer.get_username", read_only=True, allow_null=True, default=None
    )
    reviewed_at = Moment(source="created_at", read_only=True)

    def to_representation(self, instance: ResultReview) -> dict[str, Any]:
        shape: dict[str, Any] = super().to_representation(instance)
        sight = getattr(self.context.get("view"), "sight", Sight.MASKED)
        return shape | {"value": whole_of(instance, instance.result, sight)}


class RulingShape(ReviewShape):
    """A decision to make. `seen` is the `id` of the result's `review`; null where it has none."""

    seen = serializers.IntegerField(
        write_only=True, allow_null=True, min_value=1, max_value=_HIGHEST_ID
    )


class ReviewActions:
    """For the view of results."""

    @action(
        detail=True,
        methods=["get"],
        serializer_class=ReviewShape,
        filterset_class=None,
        pagination_class=None,
    )
    def reviews(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every decision about the result, the newest first."""
        result: GatherResult = self.get_object()  # type: ignore[attr-defined]
        rows = result.reviews.select_related("reviewer", "result").order_by("-pk")
        if is_sensitive(result):
            note_sight(request, self.sight, [result])  # type: ignore[attr-defined]
        return Response(self.get_serializer(rows, many=True).data)  # type: ignore[attr-defined]

    @reviews.mapping.post
    def decide(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Decide about the result: accepted, corrected, rejected, or reopened to wait again.

        409 (`review_moved`) where somebody decided since what `seen` names: look again. A value
        that the step would not take is kept only with a note.
        """
        if not may(request.user, "view_gatherresult"):
            raise PermissionDenied
        result: GatherResult = self.get_object()  # type: ignore[attr-defined]
        serializer = RulingShape(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        ruling = Ruling(Decision(given["decision"]), given["value"], given["note"])
        done = review(result.pk, ruling, seen=given["seen"], reviewer=request.user)
        return Response(ReviewShape(done).data, status=status.HTTP_201_CREATED)


def with_reviews(rows: Sequence[GatherResult]) -> Sequence[GatherResult]:
    """The rows, each with its newest review beside it; one query."""
    newest = newest_reviews(rows)
    for row in rows:
        found = newest.get(row.pk)
        if found is not None:
            found.result = row
        row.newest_review = found  # type: ignore[attr-defined]
    return rows
