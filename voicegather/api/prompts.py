"""Prompts with all their variants, read and written whole."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather.api.base import ApiViewSet
from voicegather.api.fields import Choice, FreeObject, Moment, Shape, TeamField, Text
from voicegather.engine.graph import WordsKind
from voicegather.models import Prompt
from voicegather.services.prompts import MOST_CHARACTERS, delete_prompt, write_prompt


class VariantShape(Shape):
    language = Text(max_length=15, allow_blank=False)
    kind = Choice(choices=[kind.value for kind in WordsKind], default="text")
    text = Text(default="", max_length=MOST_CHARACTERS)
    voice = Text(default="", max_length=120)
    voice_language = Text(default="", max_length=15)
    voice_settings = FreeObject(default=dict)
    #: The name in the site's storage of a file that was uploaded for a prompt.
    audio_file = Text(default="", max_length=100)
    audio_url = Text(default="", max_length=2000)
    media_name = Text(default="", max_length=255)
    duration_ms = serializers.IntegerField(default=0, min_value=0, max_value=2**31 - 1)


class PromptShape(Shape):
    key = Text(max_length=50, allow_blank=False)
    name = Text(default="", max_length=120)
    team = TeamField(default=None, allow_null=True)
    variants = VariantShape(many=True, default=list)
    updated_at = Moment(read_only=True)


class PromptViewSet(ApiViewSet):
    """What is said, in every language, for any menu to use.

    A change is heard once the menus that use the prompt are published.
    """

    permissions = {
        "list": "view_prompt",
        "retrieve": "view_prompt",
        "create": "add_prompt",
        "update": "change_prompt",
        "partial_update": "change_prompt",
        "destroy": "delete_prompt",
    }
    serializer_class = PromptShape
    lookup_field = "key"
    lookup_value_regex = "[a-z][a-z0-9_]{0,49}"
    keyset = ("key",)

    def rows(self) -> QuerySet[Prompt]:
        return Prompt.objects.select_related("team").prefetch_related("variants")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        prompt = self._write(Prompt(), self.given())
        return Response(self.shaped(prompt), status=status.HTTP_201_CREATED)

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self.shaped(self._write(self.get_object(), self.given())))

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what is given. `variants` take the place of all there are."""
        return Response(self.shaped(self._write(self.get_object(), self.given(partial=True))))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        delete_prompt(self.get_object(), author=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _write(self, prompt: Prompt, values: dict[str, Any]) -> Prompt:
        variants = values.pop("variants", None)
        written = write_prompt(prompt, columns=values, variants=variants, author=self.request.user)
        return self.rows().get(pk=written.pk)
