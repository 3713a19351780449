"""Published versions of a menu, which never change."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather.api.base import ApiViewSet
from voicegather.api.fields import FreeObject, Moment, Shape
from voicegather.models import Menu, MenuVersion
from voicegather.selectors.teams import in_teams_of


class VersionShape(Shape):
    number = serializers.IntegerField(read_only=True)
    is_live = serializers.SerializerMethodField()
    sha256 = serializers.CharField(read_only=True)
    author = serializers.CharField(
        source="author.get_username", read_only=True, allow_null=True, default=None
    )
    note = serializers.CharField(read_only=True)
    created_at = Moment(read_only=True)

    def get_is_live(self, version: MenuVersion) -> bool:
        return version.menu.live_version_id == version.pk


class VersionDetailShape(VersionShape):
    #: The compiled menu: steps, choices, prompt words and addresses of audio.
    document = FreeObject(read_only=True)


class VersionViewSet(ApiViewSet):
    """What was published of a menu, the newest first. Calls stay on the version they began on."""

    permissions = {"list": "view_menuversion", "retrieve": "view_menuversion"}
    serializer_class = VersionShape
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"
    keyset = ("-number",)

    def rows(self) -> QuerySet[MenuVersion]:
        of_menu = MenuVersion.objects.filter(menu__slug=self.kwargs.get("slug", ""))
        return of_menu.select_related("menu", "author")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        menus = in_teams_of(request.user, Menu.objects.all())
        get_object_or_404(menus, slug=self.kwargs["slug"])
        return super().list(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[MenuVersion]:
        versions: QuerySet[MenuVersion] = super().get_queryset()
        return versions.defer("document") if self.action == "list" else versions

    def get_serializer_class(self) -> type[Shape]:
        return VersionDetailShape if self.action == "retrieve" else VersionShape
