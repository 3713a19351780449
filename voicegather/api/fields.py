"""Fields that read and show the same in every site, whatever its settings of REST framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from django.contrib.auth.models import Group
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from voicegather.models import Calendar, Menu, PhoneNumber
from voicegather.selectors.teams import in_teams_of, teams_of


class Shape(serializers.Serializer):
    """Members of a JSON object. One that is not known is an error: it is probably misspelt."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                known = ", ".join(name for name, each in self.fields.items() if not each.read_only)
                message = _("This is not known here. Known: %s") % known
                raise serializers.ValidationError({name: [message] for name in unknown})
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A moment in ISO 8601 and UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso-8601", default_timezone=UTC, **kwargs)


class Text(serializers.CharField):
    """Text as it was given, spaces and all; "" for nothing. Numbers and the like are no text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_blank", True)
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        return text


def one_of(words: Iterable[str]) -> Any:
    """What is said to who gave another word than these."""
    return format_lazy(gettext_lazy("Choose one of {words}."), words=", ".join(words))


class Choice(serializers.ChoiceField):
    """One of few words; the error for another one names them."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        self.error_messages["invalid_choice"] = one_of(self.choices)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class FreeObject(serializers.JSONField):
    """A JSON object of any members."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(_('Write a JSON object: {"name": "value"}.'))
        return data


@extend_schema_field(OpenApiTypes.STR)
class TeamField(serializers.Field):
    """The owning team by its name; null is everyone. Only own teams can be given."""

    def to_representation(self, value: Group) -> str:
        return value.name

    def to_internal_value(self, data: Any) -> Group:
        teams = teams_of(self.context["request"].user)
        team = teams.filter(name=data).first() if isinstance(data, str) else None
        if team is None:
            raise serializers.ValidationError(_("You are in no team of this name."))
        return team


@extend_schema_field(OpenApiTypes.STR)
class MenuField(serializers.Field):
    """A menu by its slug. Those of other teams are as if they were not there."""

    def to_representation(self, value: Menu) -> str:
        return value.slug

    def to_internal_value(self, data: Any) -> Menu:
        menus = in_teams_of(self.context["request"].user, Menu.objects.all())
        menu = menus.filter(slug=data).first() if isinstance(data, str) else None
        if menu is None:
            raise serializers.ValidationError(_("There is no menu with this slug."))
        return menu


@extend_schema_field(OpenApiTypes.STR)
class CalendarField(serializers.Field):
    """A calendar by its key. Those of other teams are as if they were not there."""

    def to_representation(self, value: Calendar) -> str:
        return value.key

    def to_internal_value(self, data: Any) -> Calendar:
        calendars = in_teams_of(self.context["request"].user, Calendar.objects.all())
        calendar = calendars.filter(key=data).first() if isinstance(data, str) else None
        if calendar is None:
            raise serializers.ValidationError(_("There is no calendar with this key."))
        return calendar


class OwnNumberField(Text):
    """A number to call from. That of another team is refused."""

    def to_internal_value(self, data: Any) -> str:
        number = super().to_internal_value(data)
        known = PhoneNumber.objects.filter(number=number)
        if known.exists() and not in_teams_of(self.context["request"].user, known).exists():
            raise serializers.ValidationError(_("This number belongs to another team."))
        return number
