"""Calls, the newest first."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.throttling import BaseThrottle

from voicegather.api.acts import ActActions, ActShape
from voicegather.api.base import ApiViewSet
from voicegather.api.fields import Moment, Shape
from voicegather.api.filters import ChoiceFilter, MomentFilter, OfCallFilterSet
from voicegather.api.placing import PlacingActions, PlacingShape
from voicegather.api.revealing import REVEAL
from voicegather.api.throttling import PlacingThrottle
from voicegather.api.timeline import AFTER, TimelineActions
from voicegather.engine.events import AnsweredBy
from voicegather.engine.facts import CallOutcome
from voicegather.engine.state import Phase
from voicegather.models import Call, Direction
from voicegather.models.choices import choices_of


class CallFilterSet(OfCallFilterSet):
    since = MomentFilter("started_at", "gte", label="Begun at or after this.")
    until = MomentFilter("started_at", "lt", label="Begun before this.")
    phase = ChoiceFilter(choices=choices_of(Phase))
    outcome = ChoiceFilter(choices=choices_of(CallOutcome))
    direction = ChoiceFilter(choices=Direction.choices)


class CallShape(Shape):
    token = serializers.CharField(read_only=True)
    direction = serializers.ChoiceField(choices=Direction.choices, read_only=True)
    caller = serializers.CharField(read_only=True)
    caller_e164 = serializers.CharField(read_only=True, allow_null=True)
    called = serializers.CharField(read_only=True)
    called_e164 = serializers.CharField(read_only=True, allow_null=True)
    menu = serializers.CharField(source="menu.slug", read_only=True, allow_null=True, default=None)
    version = serializers.IntegerField(
        source="version.number", read_only=True, allow_null=True, default=None
    )
    connection = serializers.CharField(read_only=True)
    language = serializers.CharField(read_only=True)
    placed_by = serializers.CharField(
        source="placed_by.get_username", read_only=True, allow_null=True, default=None
    )
    answered_by = serializers.ChoiceField(
        choices=choices_of(AnsweredBy), read_only=True, allow_blank=True
    )
    phase = serializers.ChoiceField(choices=choices_of(Phase), read_only=True)
    outcome = serializers.ChoiceField(
        choices=choices_of(CallOutcome), read_only=True, allow_blank=True
    )
    reason = serializers.CharField(read_only=True)
    started_at = Moment(read_only=True)
    answered_at = Moment(read_only=True, allow_null=True)
    ended_at = Moment(read_only=True, allow_null=True)


class CallViewSet(PlacingActions, TimelineActions, ActActions, ApiViewSet):
    """Callers' passages through menus."""

    permissions = {
        "list": "view_call",
        "retrieve": "view_call",
        "create": "place_call",
        "timeline": "view_call",
        "state": "view_call",
        "acts": "control_call",
    }
    parameters = {"timeline": [AFTER, *REVEAL], "state": REVEAL}
    requests = {"create": PlacingShape}
    responses = {
        "create": {(201, "application/json"): CallShape},
        "acts": {(202, "application/json"): ActShape},
    }
    serializer_class = CallShape
    filterset_class = CallFilterSet
    lookup_field = "token"
    lookup_value_regex = "[0-9a-f]{32}"
    keyset = ("-started_at", "-pk")

    def rows(self) -> QuerySet[Call]:
        return Call.objects.select_related("menu", "version", "placed_by").defer(
            "sealed_state", "version__document"
        )

    def get_throttles(self) -> list[BaseThrottle]:
        placing = [PlacingThrottle()] if self.action == "create" else []
        return [*super().get_throttles(), *placing]
