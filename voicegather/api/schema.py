"""The OpenAPI document: of this API alone, the same in every site but for its address."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.settings import patched_settings
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather import __version__
from voicegather.api.base import ApiView
from voicegather.api.problems import MEDIA_TYPE
from voicegather.api.renderers import OwnJSONRenderer

SETTINGS: dict[str, Any] = {
    "TITLE": "voicegather",
    "DESCRIPTION": "Phone menus on the Telnyx Voice API: menus, calls, and what callers entered.",
    "VERSION": __version__,
    "SCHEMA_PATH_PREFIX": "",
    "SERVERS": [],
    "TAGS": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": True,
    "SORT_OPERATIONS": True,
    "SORT_OPERATION_PARAMETERS": True,
    "ENUM_NAME_OVERRIDES": {},
    "PREPROCESSING_HOOKS": [],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "voicegather.api.schema.add_problems",
    ],
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Which problem; it never changes."},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Every single reason, and where it lies.",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "detail": {"type": "string"},
                    "pointer": {"type": "string", "description": "Where in the body."},
                    "parameter": {"type": "string", "description": "Which of the address."},
                    "line": {"type": "integer", "description": "Of a menu's document."},
                    "place": {"type": "string", "description": "In a menu's document."},
                    "severity": {"type": "string", "enum": ["error", "warning"]},
                    "step": {"type": "string"},
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}
_METHODS = ("get", "put", "post", "patch", "delete")


def openapi_document() -> dict[str, Any]:
    """The document without a server: its paths begin where the API does."""
    from voicegather.api.urls import patterns

    # It is made once, whoever asks first, and its enums have labels.
    with override("en"), patched_settings(SETTINGS):
        document: dict[str, Any] = SchemaGenerator(patterns=patterns).get_schema(public=True)
    return document


@cache
def _made_once() -> dict[str, Any]:
    """drf-spectacular's settings are the whole process's: ours stand there as shortly as may be."""
    return openapi_document()


def add_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Every operation may answer with a problem."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result["paths"].values():
        for method in _METHODS:
            if method in path:
                path[method]["responses"]["default"] = {
                    "description": "What is wrong, and what to do.",
                    "content": content,
                }
    return result


class SchemaView(ApiView):
    """The OpenAPI document of this API, as JSON or YAML."""

    schema = None
    renderer_classes = (OwnJSONRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer2)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        root = reverse("voicegather:api-root").rstrip("/")
        return Response({**_made_once(), "servers": [{"url": root}]})
