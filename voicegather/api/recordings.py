"""Recordings of callers: how far each is, its transcript, and its sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.reverse import reverse

from voicegather.api.base import ApiViewSet
from voicegather.api.fields import Moment, Shape
from voicegather.api.filters import ChoiceFilter, MomentFilter, OfCallFilterSet, TextFilter
from voicegather.engine.facts import RecordingUse
from voicegather.engine.graph import Sensitivity
from voicegather.models import Recording
from voicegather.models.choices import choices_of
from voicegather.models.jobs import JobState
from voicegather.selectors.recordings import may_listen
from voicegather.services.disclosures import Way
from voicegather.services.recordings import (
    NotAllowedError,
    RecordingError,
    open_sound,
    read_transcripts,
    sound_response,
)


class RecordingFilterSet(OfCallFilterSet):
    call_path = "call__"

    since = MomentFilter("began_at", "gte", label="Begun at or after this.")
    until = MomentFilter("began_at", "lt", label="Begun before this.")
    state = ChoiceFilter(choices=JobState.choices)
    call = TextFilter("call__token", label="The token of the call.")

    def by_menu(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(call__menu__slug=value)


class RecordingShape(Shape):
    """A recording. `state` is how far the fetching of it is; `sound` is null until it is there.

    `transcript` and `sound` are null, too, for those who may not listen.
    """

    id = serializers.IntegerField(read_only=True)
    call = serializers.CharField(source="call.token", read_only=True)
    visit = serializers.IntegerField(
        source="visit.number", read_only=True, allow_null=True, default=None
    )
    step = serializers.CharField(
        source="visit.step_key", read_only=True, allow_null=True, default=None
    )
    use = serializers.ChoiceField(choices=choices_of(RecordingUse), read_only=True)
    take = serializers.IntegerField(read_only=True)
    is_replaced = serializers.BooleanField(read_only=True)
    sensitivity = serializers.ChoiceField(choices=choices_of(Sensitivity), read_only=True)
    state = serializers.ChoiceField(choices=JobState.choices, read_only=True)
    failure = serializers.CharField(read_only=True)
    recording_id = serializers.CharField(read_only=True)
    channels = serializers.CharField(read_only=True)
    format = serializers.CharField(read_only=True)
    began_at = Moment(read_only=True)
    ended_at = Moment(read_only=True, allow_null=True)
    milliseconds = serializers.IntegerField(read_only=True, allow_null=True)
    size = serializers.IntegerField(read_only=True)
    sha256 = serializers.CharField(read_only=True)
    transcript = serializers.SerializerMethodField()
    sound = serializers.SerializerMethodField()

    def get_transcript(self, recording: Recording) -> str | None:
        transcripts: dict[int, str] = self.context["view"].transcripts
        return transcripts.get(recording.pk)

    def get_sound(self, recording: Recording) -> str | None:
        request = self.context["request"]
        if not recording.is_kept or not may_listen(request.user, recording):
            return None
        address: str = reverse(
            "voicegather:api-recordings-sound", args=[recording.pk], request=request
        )
        return address


class RecordingViewSet(ApiViewSet):
    """What callers said after the beep, and recorded calls. Who reads or listens is on record."""

    permissions = {
        "list": "listen_recording",
        "retrieve": "listen_recording",
        "sound": "listen_recording",
    }
    responses = {
        "sound": {
            (200, "audio/mpeg"): OpenApiTypes.BINARY,
            (206, "audio/mpeg"): OpenApiTypes.BINARY,
        }
    }
    serializer_class = RecordingShape
    filterset_class = RecordingFilterSet
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-began_at", "-pk")

    def rows(self) -> QuerySet[Recording]:
        return Recording.objects.select_related("call", "visit").defer(
            "call__sealed_state", "sealed_address"
        )

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        rows: Sequence[Recording] = ()
        if args:
            rows = list(args[0]) if kwargs.get("many") else [args[0]]
        user = self.request.user
        self.transcripts = read_transcripts(list(rows), user=user, way=Way.API) if rows else {}
        return super().get_serializer(*args, **kwargs)

    @action(detail=True, methods=["get"])
    def sound(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file, or with a `Range` header a part of it."""
        recording = self.get_object()
        try:
            file = open_sound(recording, user=request.user, way=Way.API)
        except NotAllowedError:
            raise PermissionDenied(
                _("This takes the permission “%s”.") % "reveal_sensitive"
            ) from None
        except RecordingError as problem:
            raise NotFound(str(problem)) from None
        return sound_response(recording, file, wanted=request.headers.get("Range", ""))
