"""What happens in a call, and where it stands: to be asked again and again while it runs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather.api.fields import FreeObject, Moment, Shape
from voicegather.api.problems import ParameterError
from voicegather.api.revealing import note_sight, sight_asked_for
from voicegather.engine.facts import ConversationKind
from voicegather.engine.state import Phase
from voicegather.models.choices import choices_of
from voicegather.selectors.entries import EntryKind
from voicegather.selectors.live import live_state_of
from voicegather.selectors.timeline import CursorError, timeline_of
from voicegather.services.disclosures import Way, note_transcripts

AFTER = OpenApiParameter(
    "after", str, description="The `cursor` of the answer before: only what is new or changed."
)


class EntryShape(Shape):
    """One thing that happened. One that comes again takes the place of that with the same `key`."""

    key = serializers.CharField(read_only=True)
    kind = serializers.ChoiceField(choices=choices_of(EntryKind), read_only=True)
    moment = Moment(read_only=True)
    title = serializers.CharField(read_only=True)
    details = FreeObject(read_only=True)
    is_masked = serializers.BooleanField(read_only=True)
    is_trouble = serializers.BooleanField(read_only=True)


class TimelineShape(Shape):
    entries = EntryShape(many=True, read_only=True)
    cursor = serializers.CharField(read_only=True)


class VariableShape(Shape):
    name = serializers.CharField(read_only=True)
    value = serializers.CharField(read_only=True)
    is_masked = serializers.BooleanField(read_only=True)


class RunningShape(Shape):
    """A conversation that runs. `partial` is what an AI gather has filled so far."""

    seq = serializers.IntegerField(read_only=True)
    kind = serializers.ChoiceField(choices=choices_of(ConversationKind), read_only=True)
    assistant = serializers.CharField(read_only=True)
    partial = VariableShape(many=True, read_only=True)


class StepNameShape(Shape):
    key = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)


class StateShape(Shape):
    """Where a call stands. `acts` are those that make sense now, `steps` where it can jump to."""

    phase = serializers.ChoiceField(choices=choices_of(Phase), read_only=True)
    is_over = serializers.BooleanField(read_only=True)
    outcome = serializers.CharField(read_only=True)
    menu = serializers.CharField(read_only=True)
    step = serializers.CharField(read_only=True)
    step_name = serializers.CharField(read_only=True)
    step_kind = serializers.CharField(read_only=True)
    language = serializers.CharField(read_only=True)
    variables = VariableShape(many=True, read_only=True)
    conversation = RunningShape(read_only=True, allow_null=True)
    gather_runs = serializers.BooleanField(read_only=True)
    assistant_runs = serializers.BooleanField(read_only=True)
    steps = StepNameShape(many=True, read_only=True)
    acts = serializers.ListField(child=serializers.CharField(), read_only=True)


class TimelineActions:
    """For the view of calls."""

    @action(detail=True, methods=["get"], serializer_class=TimelineShape)
    def timeline(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Everything that happened in the call, in order of time.

        To follow it ask again each second, with the `cursor` of the last answer as `after`.
        """
        call = self.get_object()  # type: ignore[attr-defined]
        sight = sight_asked_for(request)
        try:
            told = timeline_of(call, sight=sight, after=request.query_params.get("after", ""))
        except CursorError as problem:
            raise ParameterError({"after": [str(problem)]}) from None
        note_sight(request, sight, [call])
        note_transcripts(user=request.user, call=call, entries=told.entries, way=Way.API)
        return Response(TimelineShape(told).data)

    @action(detail=True, methods=["get"], serializer_class=StateShape)
    def state(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Where the call stands now, and what can be done about it."""
        call = self.get_object()  # type: ignore[attr-defined]
        sight = sight_asked_for(request)
        note_sight(request, sight, [call])
        return Response(StateShape(live_state_of(call, sight=sight)).data)
