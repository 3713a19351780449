"""Menus: listed, published, and read and written as whole documents."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather.api.analytics import PARAMETERS, AnalyticsShape, analytics_of
from voicegather.api.base import ApiViewSet
from voicegather.api.fields import Moment, Shape, Text
from voicegather.api.menu_documents import as_yaml, document_of
from voicegather.api.parsers import MenuFileParser, StrictJSONParser
from voicegather.api.problems import finding_shape
from voicegather.api.renderers import MenuFileRenderer, OwnJSONRenderer
from voicegather.api.versions import VersionShape
from voicegather.models import Menu
from voicegather.services.menus import dump_menu, lint_menu, publish_menu
from voicegather.services.menus.loading_as import load_menu_as


class MenuShape(Shape):
    slug = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    description = serializers.CharField(read_only=True)
    team = serializers.CharField(source="team.name", read_only=True, allow_null=True, default=None)
    languages = serializers.ListField(child=serializers.CharField(), read_only=True)
    live_version = serializers.IntegerField(
        source="live_version.number", read_only=True, allow_null=True, default=None
    )
    created_at = Moment(read_only=True)
    updated_at = Moment(read_only=True)


class FindingShape(Shape):
    """What the linter says. An error keeps the menu from being published, a warning does not."""

    severity = serializers.ChoiceField(choices=["error", "warning"], read_only=True)
    step = serializers.CharField(read_only=True)
    field = serializers.CharField(read_only=True)
    code = serializers.CharField(read_only=True)
    detail = serializers.CharField(read_only=True)


class LoadedShape(Shape):
    """What writing a document did."""

    menu = MenuShape(read_only=True)
    created = serializers.BooleanField(read_only=True)
    changed = serializers.BooleanField(read_only=True)
    steps_added = serializers.ListField(child=serializers.CharField(), read_only=True)
    steps_removed = serializers.ListField(child=serializers.CharField(), read_only=True)
    prompts_written = serializers.ListField(child=serializers.CharField(), read_only=True)
    findings = FindingShape(many=True, read_only=True)


class PublicationShape(Shape):
    note = Text(required=False, default="", max_length=10_000)


class MenuViewSet(ApiViewSet):
    """Voice menus as staff edit them. Callers hear a menu's live version."""

    permissions = {
        "list": "view_menu",
        "retrieve": "view_menu",
        "publish": "publish_menu",
        "document": "view_menu",
        "analytics": "view_analytics",
    }
    parameters = {"analytics": PARAMETERS}
    requests = {
        "write_document": {
            "application/yaml": OpenApiTypes.OBJECT,
            "application/json": OpenApiTypes.OBJECT,
        }
    }
    responses = {
        "publish": VersionShape,
        "analytics": AnalyticsShape,
        "document": {
            (200, "application/yaml"): OpenApiTypes.OBJECT,
            (200, "application/json"): OpenApiTypes.OBJECT,
        },
        "write_document": {
            (200, "application/json"): LoadedShape,
            (201, "application/json"): OpenApiResponse(LoadedShape, "The menu was created."),
        },
    }
    serializer_class = MenuShape
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]{1,60}"
    keyset = ("slug",)

    def rows(self) -> QuerySet[Menu]:
        return Menu.objects.select_related("team", "live_version").defer("live_version__document")

    def get_renderers(self) -> list[BaseRenderer]:
        if self.action == "document":
            return [MenuFileRenderer(), OwnJSONRenderer()]
        return super().get_renderers()

    @action(detail=True, methods=["post"], serializer_class=PublicationShape)
    def publish(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make the menu as it stands what new calls hear.

        Content that is live already stays as it is. Where the linter finds errors nothing changes,
        and the answer is 409 with every finding in `errors`.
        """
        menu = self.get_object()
        version = publish_menu(menu=menu, author=request.user, note=self.given()["note"])
        return Response(VersionShape(version, context=self.get_serializer_context()).data)

    @action(detail=True, methods=["get"], serializer_class=AnalyticsShape)
    def analytics(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What callers did in the menu over some days, as counted in the background.

        Calls count once they have ended; test calls do not. docs/analytics.md says what each number
        means, and what of a call that goes through several menus.
        """
        return Response(self.shaped(analytics_of(self.get_object(), request)))

    @action(detail=True, methods=["get"], parser_classes=(MenuFileParser, StrictJSONParser))
    def document(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The menu and every prompt it uses in the menu file format, as YAML or as JSON.

        Prompts of other teams are left out.
        """
        text = dump_menu(self.get_object(), reader=request.user)
        if request.accepted_renderer.format == "yaml":
            return Response(text)
        return Response(document_of(text))

    @document.mapping.put
    def write_document(self, request: Request, slug: str, *args: Any, **kwargs: Any) -> Response:
        """Create or change the menu so that it is what the document says, prompts included.

        Steps keep their results by key; steps and choices that it does not name are removed. A
        document with problems changes nothing, and the answer is 400 with each of them in `errors`.
        `findings` say what still keeps the menu from being published. Callers hear nothing of it
        before that.
        """
        text = request.data if isinstance(request.data, str) else as_yaml(request.data)
        loaded = load_menu_as(request.user, slug=slug, text=text)
        menu = self.rows().get(pk=loaded.menu.pk)
        shape = LoadedShape(
            {
                "menu": menu,
                "created": loaded.created,
                "changed": loaded.changed,
                "steps_added": loaded.steps_added,
                "steps_removed": loaded.steps_removed,
                "prompts_written": loaded.prompts_written,
                "findings": [finding_shape(each) for each in lint_menu(menu)],
            }
        )
        created = status.HTTP_201_CREATED if loaded.created else status.HTTP_200_OK
        return Response(shape.data, status=created)
