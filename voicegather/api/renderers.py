"""What is answered: JSON, pages for staff, and menus' documents in YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer, JSONRenderer


class OwnJSONRenderer(JSONRenderer):
    """JSON, whatever the site's settings of REST framework say of it."""

    ensure_ascii = False
    compact = True
    strict = True


class StaffPageRenderer(BrowsableAPIRenderer):
    """The browsable page without forms for writing: those of HTML cannot send what is read here."""

    def show_form_for_method(self, view: Any, method: str, request: Any, obj: Any) -> bool:
        return False

    def get_filter_form(self, data: Any, view: Any, request: Any) -> None:
        return None

    def get_default_renderer(self, view: Any) -> BaseRenderer:
        return OwnJSONRenderer()


class MenuFileRenderer(BaseRenderer):
    """The text of a menu's document. Problems are told in JSON all the same."""

    media_type = "application/yaml"
    format = "yaml"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, str):
            return data.encode()
        rendered: bytes = OwnJSONRenderer().render(data)
        return rendered
