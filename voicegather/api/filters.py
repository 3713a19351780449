"""Filters of lists. What is not a filter is an error: it is probably misspelt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from voicegather.api.fields import one_of
from voicegather.api.problems import ParameterError
from voicegather.models import Menu
from voicegather.selectors.searching import caller_begins, is_caller

_MOST_TEXT = 255


class StrictFilterBackend(DjangoFilterBackend):
    """Filters by the view's ``filterset_class``; refuses every other parameter."""

    raise_exception = False

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        parameters = view.parameters.get(view.action, ())
        known = [each.name for each in parameters if each.location == OpenApiParameter.QUERY]
        filterset = None
        if view.action == "list":
            known += view.pagination_class.parameters
            filterset = self.get_filterset(request, queryset, view)
            known += filterset.filters if filterset is not None else ()
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            message = _("This is not known here. Known: %s") % (", ".join(known) or _("nothing"))
            raise ParameterError({name: [message] for name in unknown})
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise ParameterError(translate_validation(filterset.errors).detail)
        return filterset.qs


class MomentField(forms.Field):
    """A moment in ISO 8601 with its offset, as UTC; a date is its midnight in UTC."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        text = str(value)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
            text += "T00:00:00Z"
        try:
            moment = parse_datetime(text)
            if moment is None or moment.utcoffset() is None:
                raise ValueError
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(
                _("Write a date, or a moment with its offset: 2026-03-01T09:30:00Z.")
            ) from None


class MomentFilter(django_filters.Filter):
    field_class = MomentField


class TextFilter(django_filters.CharFilter):
    """Text as it is given, spaces and all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, strip=False, max_length=_MOST_TEXT, **kwargs)


class ChoiceFilter(django_filters.ChoiceFilter):
    """One of few words; the error for another one names them."""

    def __init__(self, *, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        messages = {"invalid_choice": one_of(value for value, label in choices)}
        super().__init__(choices=choices, error_messages=messages, **kwargs)


class OfCallFilterSet(django_filters.FilterSet):
    """Filters of rows with a menu and a caller; `call_path` leads to the call, with ``__``."""

    call_path = ""

    menu = TextFilter(method="by_menu", label="The slug of the menu.")
    caller = TextFilter(method="by_caller", label="The caller: a party as it stands, or a number.")
    caller_prefix = TextFilter(method="by_beginning", label="How the caller begins.")

    def by_menu(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By its id, looked up first: then the index of menu and moment serves the page."""
        menu = Menu.objects.filter(slug=value).values_list("pk", flat=True).first()
        return queryset.none() if menu is None else queryset.filter(menu=menu)

    def by_caller(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return is_caller(queryset, self.call_path, _with_plus(value))

    def by_beginning(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return caller_begins(queryset, self.call_path, _with_plus(value))


def _with_plus(party: str) -> str:
    """A number's plus, which addresses read as a space unless it is written %2B."""
    return re.sub(r"^ (?=[0-9])", "+", party)
