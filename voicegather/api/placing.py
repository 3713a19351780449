"""Calls that the site places."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from voicegather.api.fields import MenuField, OwnNumberField, Shape, Text
from voicegather.engine.variables import LONGEST_VALUE
from voicegather.services.calls.placing import LONGEST_RING, SHORTEST_RING, place_call


class PlacingShape(Shape):
    """Whom to ring, and the menu that whoever answers walks through.

    `from` is a number of ours, `variables` are what the menu knows from the start. The same `id`
    again rings nobody and answers with the first call: send one to be safe against repeats.
    """

    menu = MenuField()
    to = Text(max_length=255, allow_blank=False)
    variables = serializers.DictField(child=Text(max_length=LONGEST_VALUE), default=dict)
    connection = Text(default="default", max_length=60, allow_blank=False)
    timeout_seconds = serializers.IntegerField(
        default=30, min_value=SHORTEST_RING, max_value=LONGEST_RING
    )
    detect_machine = serializers.BooleanField(default=False)
    language = Text(default="", max_length=15)
    id = serializers.UUIDField(required=False, write_only=True, source="act_id")

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python's."""
        return {**super().get_fields(), "from": OwnNumberField(source="from_")}


class PlacingActions:
    """For the view of calls."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Place a call. It is there before anybody is rung; its timeline tells what comes of it."""
        serializer = PlacingShape(
            data=request.data,
            context=self.get_serializer_context(),  # type: ignore[attr-defined]
        )
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        call = place_call(values.pop("menu"), author=request.user, **values)
        location = reverse("voicegather:api-calls-detail", [call.token], request=request)
        return Response(
            self.shaped(call),  # type: ignore[attr-defined]
            status=status.HTTP_201_CREATED,
            headers={"Location": location},
        )
