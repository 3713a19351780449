"""Opening hours: written as wholes, asked for any moment, and switched in an emergency."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather.api.base import ApiViewSet
from voicegather.api.fields import FreeObject, Moment, Shape, TeamField, Text
from voicegather.api.problems import ParameterError
from voicegather.models import Calendar
from voicegather.selectors.opening import DAYS_AHEAD
from voicegather.services import moments
from voicegather.services.calendars import hours_of, with_switches
from voicegather.services.calendars.reading import active_switch
from voicegather.services.calendars.switching import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_REASON,
    switch_back,
    switch_calendar,
)
from voicegather.services.calendars.writing import delete_calendar, write_calendar


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Names(serializers.JSONField):
    """A list of names."""


class SwitchShape(Shape):
    """A use of the emergency switch: the calendar says `exit` until `until`, or until switched."""

    exit = Text(max_length=50, allow_blank=False)
    reason = Text(max_length=LONGEST_REASON, allow_blank=False)
    until = Moment(default=None, allow_null=True)
    since = Moment(read_only=True)


class CalendarShape(Shape):
    """Windows are pairs of `HH:MM`; one that ends before it begins runs into the next day."""

    key = Text(max_length=50, allow_blank=False)
    name = Text(default="", max_length=120)
    zone = Text(default="UTC", max_length=60, allow_blank=False)
    #: `{"monday": [["08:00", "12:00"], ["22:00", "02:00"]]}`
    weekly = FreeObject(default=dict)
    #: By first day: `{"2026-12-24": {"to": "2026-12-31", "name": "Inventory", "hours": []}}`.
    exceptions = FreeObject(default=dict)
    country = Text(default="", max_length=2)
    subdivision = Text(default="", max_length=40)
    #: Those that are not simply closed, by their names: `{"Christmas Day": {"exit": "christmas"}}`.
    holidays = FreeObject(default=dict)
    #: What the emergency switch may say besides open and closed.
    exits = Names(default=list)
    team = TeamField(default=None, allow_null=True)
    switch = serializers.SerializerMethodField()

    @extend_schema_field(SwitchShape(allow_null=True))
    def get_switch(self, calendar: Calendar) -> Any:
        """The use of the switch that nobody took back, null where the hours decide."""
        found = active_switch(calendar)
        return SwitchShape(found).data if found else None


class OpeningShape(Shape):
    """What a calendar says at a moment. `rule` is weekly, holiday, exception or switch."""

    at = Moment(read_only=True)
    exit = serializers.CharField(read_only=True)
    rule = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    next_change = Moment(read_only=True, allow_null=True)
    next_exit = serializers.CharField(read_only=True, allow_null=True)


class CalendarViewSet(ApiViewSet):
    """Opening hours in a time zone, with national holidays and exceptions."""

    permissions = {
        "list": "view_calendar",
        "retrieve": "view_calendar",
        "create": "add_calendar",
        "update": "change_calendar",
        "partial_update": "change_calendar",
        "destroy": "delete_calendar",
        "opening": "view_calendar",
        "switch": "switch_calendar",
        "unswitch": "switch_calendar",
    }
    parameters = {
        "opening": [
            OpenApiParameter("at", OpenApiTypes.DATETIME, description="A moment; now if absent.")
        ]
    }
    responses = {"opening": OpeningShape, "switch": SwitchShape, "unswitch": None}
    serializer_class = CalendarShape
    lookup_field = "key"
    lookup_value_regex = "[a-z][a-z0-9_]{0,49}"
    keyset = ("key",)

    def rows(self) -> QuerySet[Calendar]:
        return with_switches(Calendar.objects.select_related("team"))

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        calendar = write_calendar(Calendar(), columns=self.given(), author=request.user)
        return Response(self.shaped(calendar), status=status.HTTP_201_CREATED)

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._change(self.given())

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._change(self.given(partial=True))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        delete_calendar(self.get_object(), author=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["get"], serializer_class=OpeningShape)
    def opening(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the calendar says now or `at` a moment, by which rule, and when that changes."""
        calendar = self.get_object()
        moment = _moment(request.query_params.get("at"))
        at = moments.to_ms(moment)
        hours = hours_of(calendar, at=at)
        if hours is None:
            raise serializers.ValidationError(_("The calendar cannot be read: mend it first."))
        verdict, change = hours.at(at), hours.next_change(at, within_days=DAYS_AHEAD)
        shape = OpeningShape(
            {
                "at": moment,
                "exit": verdict.exit,
                "rule": verdict.rule.value,
                "name": verdict.name,
                "next_change": moments.from_ms(change[0]) if change else None,
                "next_exit": change[1].exit if change else None,
            }
        )
        return Response(shape.data)

    @action(detail=True, methods=["put"], serializer_class=SwitchShape)
    def switch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Have the calendar say one exit whatever its hours are; it is kept who did it and why."""
        calendar, given = self.get_object(), self.given()
        switch = switch_calendar(
            calendar,
            exit_name=given["exit"],
            reason=given["reason"],
            until=given["until"],
            author=request.user,
        )
        return Response(self.shaped(switch))

    @switch.mapping.delete
    def unswitch(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let the hours decide again."""
        calendar = self.get_object()
        found = active_switch(calendar)
        switch_back(calendar, switch_id=found.pk if found else 0, author=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _change(self, values: dict[str, Any]) -> Response:
        calendar = self.get_object()
        if values.get("key", calendar.key) != calendar.key:
            message = _("Steps name the calendar by its key: it stays.")
            raise serializers.ValidationError({"key": [message]})
        written = write_calendar(calendar, columns=values, author=self.request.user)
        return Response(self.shaped(written))


def _moment(given: str | None) -> Any:
    """The moment, in years that days are counted in."""
    if given is None:
        return moments.now()
    try:
        moment = Moment().to_internal_value(given)
    except serializers.ValidationError as problem:
        raise ParameterError({"at": problem.detail}) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ParameterError({"at": [_("Choose a moment of our time.")]})
    return moment
