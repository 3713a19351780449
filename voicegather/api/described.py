"""How views are told in the OpenAPI document, whatever schema class the site's own views have."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema


class OwnSchema(AutoSchema):
    """Looks into the view's ``parameters``, ``requests`` and ``responses`` before it guesses."""

    def get_override_parameters(self) -> list[Any]:
        return list(self.view.parameters.get(self.view.action, ()))

    def get_request_serializer(self) -> Any:
        return self._told("requests", super().get_request_serializer())

    def get_response_serializers(self) -> Any:
        return self._told("responses", super().get_response_serializers())

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        name: str = super().get_serializer_name(serializer, direction)
        return name.removesuffix("Shape")

    def _told(self, where: str, guessed: Any) -> Any:
        return getattr(self.view, where).get(self.view.action, guessed)
