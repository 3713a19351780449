"""Live control: what staff do to a call while it runs."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather.api.fields import Choice, Shape, Text
from voicegather.engine.events import Act
from voicegather.models.choices import choices_of
from voicegather.services.calls.control import LONGEST_MESSAGE, LONGEST_TARGET, act_on_call


class ActShape(Shape):
    """One act. The same `id` again does nothing more: send one to be safe against repeats.

    `target` is a step's key, an assistant's id or a destination. `text` is a message for the
    assistant that runs, which it answers at once if `answer_now`.
    """

    act = Choice(choices=choices_of(Act))
    target = Text(default="", max_length=LONGEST_TARGET)
    text = Text(default="", max_length=LONGEST_MESSAGE, write_only=True)
    answer_now = serializers.BooleanField(default=False)
    id = serializers.UUIDField(default=uuid4)


class ActActions:
    """For the view of calls."""

    @action(detail=True, methods=["post"], serializer_class=ActShape)
    def acts(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Act on the call by its next turn; the timeline tells what came of it.

        409 where the call is over (`call_over`), or the act makes no sense now (`act_refused`).
        """
        call = self.get_object()  # type: ignore[attr-defined]
        values = self.given()  # type: ignore[attr-defined]
        act_on_call(
            call,
            Act(values["act"]),
            author=request.user,
            act_id=values["id"],
            target=values["target"],
            text=values["text"],
            answer_now=values["answer_now"],
        )
        return Response(self.shaped(values), status=status.HTTP_202_ACCEPTED)  # type: ignore[attr-defined]
