"""Analytics of a menu: the numbers of the admin's page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from voicegather.api.fields import Shape
from voicegather.api.problems import ParameterError
from voicegather.models import Menu
from voicegather.selectors.analytics import (
    DayRange,
    RangeError,
    StepFigures,
    figures_of,
    read_range,
    steps_of,
    totals_of,
)

PARAMETERS = (
    OpenApiParameter(
        "since",
        OpenApiTypes.DATE,
        description="The first day, in the site's zone; seven days before the last where left out.",
    ),
    OpenApiParameter("until", OpenApiTypes.DATE, description="The last day; today where left out."),
    OpenApiParameter(
        "version", OpenApiTypes.INT, description="One published version; all where left out."
    ),
)


class FiguresShape(Shape):
    """Calls and attempts. Rates are shares from 0 to 1, null of nothing."""

    calls = serializers.IntegerField(read_only=True)
    entered = serializers.IntegerField(read_only=True)
    judged = serializers.IntegerField(read_only=True)
    contained = serializers.IntegerField(read_only=True)
    transferred = serializers.IntegerField(read_only=True)
    dropped = serializers.IntegerField(read_only=True)
    valid = serializers.IntegerField(read_only=True)
    invalid = serializers.IntegerField(read_only=True)
    no_input = serializers.IntegerField(read_only=True)
    containment = serializers.FloatField(read_only=True, allow_null=True)
    drop_off = serializers.FloatField(read_only=True, allow_null=True)
    transfer_rate = serializers.FloatField(read_only=True, allow_null=True)
    no_input_rate = serializers.FloatField(read_only=True, allow_null=True)
    invalid_rate = serializers.FloatField(read_only=True, allow_null=True)


class DayFiguresShape(Shape):
    day = serializers.DateField(source="begins", read_only=True)
    figures = FiguresShape(read_only=True)


class WayShape(Shape):
    """`to` is the next step in the menu, "" where the menu or the call ended."""

    exit = serializers.CharField(read_only=True)
    to = serializers.CharField(read_only=True)
    visits = serializers.IntegerField(read_only=True)


class ChosenShape(Shape):
    choice = serializers.CharField(read_only=True)
    times = serializers.IntegerField(read_only=True)


class StepFiguresShape(Shape):
    """One step. `median_seconds` is within five per cent of the exact median."""

    step = serializers.CharField(source="key", read_only=True)
    name = serializers.CharField(read_only=True)
    calls = serializers.IntegerField(source="counts.calls", read_only=True)
    visits = serializers.IntegerField(source="counts.visits", read_only=True)
    ended = serializers.IntegerField(source="counts.ended", read_only=True)
    dropped = serializers.IntegerField(source="counts.dropped", read_only=True)
    valid = serializers.IntegerField(source="counts.valid", read_only=True)
    invalid = serializers.IntegerField(source="counts.invalid", read_only=True)
    no_input = serializers.IntegerField(source="counts.no_input", read_only=True)
    drop_off = serializers.FloatField(read_only=True, allow_null=True)
    no_input_rate = serializers.FloatField(read_only=True, allow_null=True)
    invalid_rate = serializers.FloatField(read_only=True, allow_null=True)
    median_seconds = serializers.FloatField(read_only=True, allow_null=True)
    ways = serializers.SerializerMethodField()
    top_values = serializers.SerializerMethodField()

    @extend_schema_field(WayShape(many=True))
    def get_ways(self, step: StepFigures) -> list[dict[str, Any]]:
        return [
            {"exit": exit_name, "to": to, "visits": visits}
            for (exit_name, to), visits in sorted(step.counts.ways.items())
        ]

    @extend_schema_field(ChosenShape(many=True))
    def get_top_values(self, step: StepFigures) -> list[dict[str, Any]]:
        return [{"choice": choice, "times": times} for choice, times in step.top_values]


class AnalyticsShape(Shape):
    """`preceding` are as many days before these."""

    since = serializers.DateField(read_only=True)
    until = serializers.DateField(read_only=True)
    version = serializers.IntegerField(read_only=True, allow_null=True)
    totals = FiguresShape(read_only=True)
    preceding = FiguresShape(read_only=True)
    days = DayFiguresShape(many=True, read_only=True)
    steps = StepFiguresShape(many=True, read_only=True)


def analytics_of(menu: Menu, request: Request) -> dict[str, Any]:
    """What AnalyticsShape shows of the days and the version that `request` asks for.

    Raises ParameterError where the days are none, and NotFound where the version is.
    """
    days = _days(request)
    number = _number(request)
    shown = menu.versions.filter(number=number).first() if number else menu.live_version
    if number is not None and shown is None:
        raise NotFound
    return {
        "since": days.first,
        "until": days.last,
        "version": number,
        "totals": totals_of(menu, days, number),
        "preceding": totals_of(menu, days.preceding, number),
        "days": figures_of(menu, days, number),
        "steps": steps_of(menu, days, version=number, shown=shown),
    }


def _days(request: Request) -> DayRange:
    texts = (request.query_params.get(name, "") for name in ("since", "until"))
    try:
        return read_range(*texts)
    except RangeError as problem:
        raise ParameterError({"since": [str(problem)]}) from None


def _number(request: Request) -> int | None:
    text = request.query_params.get("version", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotFound
    return int(text)
