"""What every view of the API has in common, set here and not in the site's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.authentication import BaseAuthentication
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ViewSetMixin

from voicegather.api.authentication import authenticators
from voicegather.api.described import OwnSchema
from voicegather.api.filters import StrictFilterBackend
from voicegather.api.pagination import KeysetPagination
from voicegather.api.parsers import StrictJSONParser
from voicegather.api.permissions import ActionPermission
from voicegather.api.problems import MEDIA_TYPE, answer_problem
from voicegather.api.renderers import OwnJSONRenderer, StaffPageRenderer
from voicegather.api.throttling import RequestThrottle
from voicegather.selectors.teams import in_teams_of


class ApiView(GenericAPIView):
    """A view of the API. `permissions` name what an action takes; others take a login alone.

    `parameters` are those of the address that an action knows besides filters and pages. `requests`
    and `responses` are shapes by action for the OpenAPI document, where the view's own shape is not
    what is sent or answered.
    """

    permissions: ClassVar[Mapping[str, str]] = {}
    parameters: ClassVar[Mapping[str, Sequence[OpenApiParameter]]] = {}
    requests: ClassVar[Mapping[str, Any]] = {}
    responses: ClassVar[Mapping[str, Any]] = {}

    parser_classes = (StrictJSONParser,)
    renderer_classes: tuple[type[BaseRenderer], ...] = (OwnJSONRenderer,)
    permission_classes = (ActionPermission,)
    throttle_classes: tuple[Any, ...] = (RequestThrottle,)
    content_negotiation_class = DefaultContentNegotiation
    metadata_class = None
    versioning_class = None
    filter_backends = (StrictFilterBackend,)
    pagination_class = KeysetPagination
    schema: Any = OwnSchema()

    def get_authenticators(self) -> list[BaseAuthentication]:
        return authenticators()

    def get_renderers(self) -> list[BaseRenderer]:
        """Pages are for staff: everyone else gets JSON, a browser too."""
        renderers: list[BaseRenderer] = super().get_renderers()
        user = getattr(getattr(self, "request", None), "user", None)
        if getattr(user, "is_staff", False) and OwnJSONRenderer in self.renderer_classes:
            renderers.append(StaffPageRenderer())
        return renderers

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return answer_problem

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if getattr(response, "exception", False) and response.accepted_renderer.format != "api":
            response.content_type = MEDIA_TYPE
        return response

    def get_queryset(self) -> QuerySet[Any]:
        """Rows of own teams and of nobody."""
        return in_teams_of(self.request.user, self.rows())

    def rows(self) -> QuerySet[Any]:
        """The rows that this view is about, of all teams, with what their shape shows."""
        raise NotImplementedError

    def given(self, **kwargs: Any) -> dict[str, Any]:
        """What was sent, in the view's shape; raises ValidationError."""
        serializer = self.get_serializer(data=self.request.data, **kwargs)
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values

    def shaped(self, row: Any) -> Any:
        """`row` in the view's shape."""
        serializer: BaseSerializer = self.get_serializer(row)
        return serializer.data


class ApiViewSet(ViewSetMixin, ApiView):
    """Several actions on one kind of row."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        shapes = self.get_serializer(page, many=True).data
        self.shown(page)
        return self.get_paginated_response(shapes)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        shape = self.shaped(row)
        self.shown([row])
        return Response(shape)

    def shown(self, rows: Sequence[Any]) -> None:
        """Called with what the user is about to see."""
