"""Pages by cursor: no count of the table, and no row twice where rows come in meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.db.models import (
    BigIntegerField,
    DateTimeField,
    IntegerField,
    Model,
    Q,
    QuerySet,
)
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from voicegather.api.problems import ParameterError

MOST_ROWS = 200
_MOST_CURSOR = 500


class KeysetPagination(BasePagination):
    """Rows in the view's ``keyset``, its columns all rising or all (with ``-``) falling.

    Together the columns are unique. The first one has an index.
    """

    parameters = ("cursor", "limit")
    rows_a_page = 50

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        self._request = request
        self._keyset: tuple[str, ...] = view.keyset
        cursor = request.query_params.get("cursor")
        if cursor:
            values = _decoded(cursor, self._keyset, queryset.model)
            queryset = queryset.filter(_beyond(self._keyset, values))
        limit = _limit(request.query_params.get("limit"), self.rows_a_page)
        rows = list(queryset.order_by(*self._keyset)[: limit + 1])
        self._next = _encoded(rows[limit - 1], self._keyset) if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._next_url(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": "string",
                    "nullable": True,
                    "format": "uri",
                    "description": "The address of the next page; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where the page begins: out of the `next` of the page before.",
                "schema": {"type": "string", "maxLength": _MOST_CURSOR},
            },
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": "How many a page.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MOST_ROWS,
                    "default": self.rows_a_page,
                },
            },
        ]

    def _next_url(self) -> str | None:
        if self._next is None:
            return None
        url: str = replace_query_param(self._request.build_absolute_uri(), "cursor", self._next)
        return url


def _limit(given: str | None, default: int) -> int:
    if given is None:
        return default
    if not re.fullmatch(r"[0-9]{1,3}", given, re.ASCII) or not 1 <= int(given) <= MOST_ROWS:
        raise ParameterError(
            {"limit": [_("Give a whole number from 1 to %(most)s.") % {"most": MOST_ROWS}]}
        )
    return int(given)


def _beyond(keyset: tuple[str, ...], values: list[Any]) -> Q:
    """The condition on rows behind `values`: first on the column that has the index."""
    comparison = "lt" if keyset[0].startswith("-") else "gt"
    names = [name.lstrip("-") for name in keyset]
    behind = Q()
    for position, name in enumerate(names):
        same = {each: values[index] for index, each in enumerate(names[:position])}
        behind |= Q(**same, **{f"{name}__{comparison}": values[position]})
    return Q(**{f"{names[0]}__{comparison}e": values[0]}) & behind


def _encoded(row: Model, keyset: tuple[str, ...]) -> str:
    values = [getattr(row, name.lstrip("-")) for name in keyset]
    plain = [
        value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for value in values
    ]
    text = json.dumps(plain, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _field(model: type[Model], name: str) -> Any:
    return model._meta.pk if name == "pk" else model._meta.get_field(name)


def _decoded(cursor: str, keyset: tuple[str, ...], model: type[Model]) -> list[Any]:
    if len(cursor) > _MOST_CURSOR or not re.fullmatch(r"[-_A-Za-z0-9]+", cursor):
        _refuse()
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded))
        if not isinstance(values, list) or len(values) != len(keyset):
            _refuse()
        fields = [_field(model, name.lstrip("-")) for name in keyset]
        return [_value(value, field) for value, field in zip(values, fields, strict=True)]
    except (binascii.Error, ValueError, OverflowError, RecursionError):
        _refuse()


def _value(value: Any, field: Any) -> Any:
    """A part of a cursor as its column compares it."""
    if isinstance(field, DateTimeField):
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None or moment.utcoffset() is None:
            _refuse()
        return moment.astimezone(UTC)
    if isinstance(field, IntegerField):
        most = 2**63 if isinstance(field, BigIntegerField) else 2**31
        if type(value) is not int or not 0 <= value < most:
            _refuse()
        return value
    if not isinstance(value, str) or re.search("[\0\ud800-\udfff]", value):
        _refuse()
    return value


def _refuse() -> NoReturn:
    raise ParameterError({"cursor": [_("Take it as it stands in the `next` of the page before.")]})
