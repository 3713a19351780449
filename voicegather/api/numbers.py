"""Our phone numbers, and the menus that answer them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from voicegather.api.base import ApiViewSet
from voicegather.api.fields import CalendarField, MenuField, Shape, TeamField, Text
from voicegather.models import Calendar, Menu, PhoneNumber
from voicegather.selectors.teams import in_teams_of
from voicegather.services.numbers import delete_number, write_number


class NumberShape(Shape):
    id = serializers.IntegerField(read_only=True)
    #: In E.164; other forms are understood and kept in E.164.
    number = Text(max_length=40, allow_blank=False)
    name = Text(default="", max_length=120)
    #: Of the menu that answers; a menu of another team reads as null, and stays.
    menu = MenuField(default=None, allow_null=True)
    #: While this calendar says open, `menu` answers, else `closed_menu`; given together.
    calendar = CalendarField(default=None, allow_null=True)
    closed_menu = MenuField(default=None, allow_null=True)
    connection = Text(default="default", max_length=60, allow_blank=False)
    is_active = serializers.BooleanField(default=True)
    team = TeamField(default=None, allow_null=True)


class NumberViewSet(ApiViewSet):
    """Numbers in E.164 and the menus that answer them."""

    permissions = {
        "list": "view_phonenumber",
        "retrieve": "view_phonenumber",
        "create": "add_phonenumber",
        "update": "change_phonenumber",
        "partial_update": "change_phonenumber",
        "destroy": "delete_phonenumber",
    }
    serializer_class = NumberShape
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("number",)

    def rows(self) -> QuerySet[PhoneNumber]:
        """Numbers of everyone may lead to menus of other teams: these read as no menu."""
        menus = in_teams_of(self.request.user, Menu.objects.all())
        calendars = in_teams_of(self.request.user, Calendar.objects.all())
        return PhoneNumber.objects.select_related("team").prefetch_related(
            Prefetch("menu", menus),
            Prefetch("closed_menu", menus),
            Prefetch("calendar", calendars),
        )

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        number = write_number(PhoneNumber(), columns=self.given(), author=request.user)
        return Response(self.shaped(number), status=status.HTTP_201_CREATED)

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._change(self.given())

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._change(self.given(partial=True))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        delete_number(self.get_object(), author=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _change(self, values: dict[str, Any]) -> Response:
        number = self.get_object()
        messages = {
            "menu": _("A menu of another team answers this number: ask there."),
            "closed_menu": _("A menu of another team answers outside the hours: ask there."),
            "calendar": _("A calendar of another team says when: ask there."),
        }
        for name, message in messages.items():
            is_hidden = getattr(number, f"{name}_id") and getattr(number, name) is None
            if is_hidden and name in values and values.pop(name):
                raise ValidationError({name: [message]})
        written = write_number(number, columns=values, author=self.request.user)
        return Response(self.shaped(written))
