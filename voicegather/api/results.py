"""What callers entered, field by field, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather.api.base import ApiViewSet
from voicegather.api.fields import Moment, Shape
from voicegather.api.filters import ChoiceFilter, MomentFilter, OfCallFilterSet, TextFilter
from voicegather.api.revealing import REVEAL, note_sight, sight_asked_for
from voicegather.api.reviews import ReviewActions, ReviewShape, RulingShape, with_reviews
from voicegather.engine.facts import AttemptOutcome
from voicegather.engine.graph import Sensitivity
from voicegather.models import GatherResult, ReviewState
from voicegather.models.choices import choices_of
from voicegather.selectors.revealing import Entry, entry_of, is_sensitive


class ResultFilterSet(OfCallFilterSet):
    call_path = "call__"

    since = MomentFilter("gathered_at", "gte", label="Gathered at or after this.")
    until = MomentFilter("gathered_at", "lt", label="Gathered before this.")
    step = TextFilter("step_key", label="The key of the step.")
    field = TextFilter("field", label="The field of the step.")
    outcome = ChoiceFilter(choices=choices_of(AttemptOutcome))
    review_state = ChoiceFilter(choices=ReviewState.choices)
    call = TextFilter("call__token", label="The token of the call.")


class ResultShape(Shape):
    """What a step has gathered in one field.

    Of a sensitive step `raw` and `value` are masked, which `is_masked` tells, until they are
    revealed. They are null when the key that sealed them is gone. `review` is what staff decided
    last; a decision of your own names its `id`.
    """

    id = serializers.IntegerField(read_only=True)
    call = serializers.CharField(source="call.token", read_only=True)
    caller = serializers.CharField(source="call.caller", read_only=True)
    menu = serializers.CharField(source="menu.slug", read_only=True, allow_null=True, default=None)
    visit = serializers.IntegerField(source="visit.number", read_only=True)
    step = serializers.CharField(source="step_key", read_only=True)
    field = serializers.CharField(read_only=True)
    outcome = serializers.ChoiceField(choices=choices_of(AttemptOutcome), read_only=True)
    raw = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField()
    is_masked = serializers.SerializerMethodField()
    choice = serializers.CharField(read_only=True)
    sensitivity = serializers.ChoiceField(choices=choices_of(Sensitivity), read_only=True)
    gathered_at = Moment(read_only=True)
    review_state = serializers.ChoiceField(choices=ReviewState.choices, read_only=True)
    review = ReviewShape(source="newest_review", read_only=True, allow_null=True, default=None)

    def to_representation(self, instance: GatherResult) -> dict[str, Any]:
        self._entry: Entry = entry_of(instance, self.context["view"].sight)
        shape: dict[str, Any] = super().to_representation(instance)
        return shape

    def get_raw(self, result: GatherResult) -> str | None:
        return self._entry.raw

    def get_value(self, result: GatherResult) -> str | None:
        return self._entry.value

    def get_is_masked(self, result: GatherResult) -> bool:
        return self._entry.is_masked


class ResultViewSet(ReviewActions, ApiViewSet):
    """Collected input. Pages follow each other by cursor: there is no count of all."""

    permissions = {
        "list": "view_gatherresult",
        "retrieve": "view_gatherresult",
        "reviews": "view_gatherresult",
        "decide": "review_gatherresult",
    }
    serializer_class = ResultShape
    filterset_class = ResultFilterSet
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-gathered_at", "-pk")
    parameters = {"list": REVEAL, "retrieve": REVEAL, "reviews": REVEAL}
    requests = {"decide": RulingShape}
    responses = {
        "reviews": ReviewShape(many=True),
        "decide": {(201, "application/json"): ReviewShape},
    }

    def rows(self) -> QuerySet[GatherResult]:
        return GatherResult.objects.select_related("call", "visit", "menu").defer(
            "call__sealed_state"
        )

    def paginate_queryset(self, queryset: Any) -> Any:
        return with_reviews(super().paginate_queryset(queryset))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        shape = self.shaped(*with_reviews([row]))
        self.shown([row])
        return Response(shape)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.sight = sight_asked_for(request)

    def shown(self, rows: Sequence[GatherResult]) -> None:
        note_sight(self.request, self.sight, [row for row in rows if is_sensitive(row)])
