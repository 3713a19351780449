"""The numbers of the tables as the charts' script takes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from voicegather.admin.analytics.words import RATES
from voicegather.selectors.analytics import DayFigures


def charts_of(days: Sequence[DayFigures]) -> list[dict[str, Any]]:
    """One each for calls, for where they got, and for what went wrong at entries."""
    return [
        _chart("calls", _("Calls"), days, [("calls", _("Calls"))], is_share=False),
        _chart("reached", _("Containment and drop-off"), days, _named("containment", "drop_off")),
        _chart(
            "entries", _("Silence and wrong entries"), days, _named("no_input_rate", "invalid_rate")
        ),
    ]


def _named(*names: str) -> list[tuple[str, str]]:
    return [(name, str(RATES[name][0])) for name in names]


def _chart(
    name: str,
    title: str,
    days: Sequence[DayFigures],
    series: list[tuple[str, str]],
    *,
    is_share: bool = True,
) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "is_share": is_share,
        "of": _("Hour") if days and isinstance(days[0].begins, datetime) else _("Day"),
        "labels": [_label(day) for day in days],
        "series": [
            {"label": label, "values": [_value(day, key) for day in days]} for key, label in series
        ],
    }


def _value(day: DayFigures, key: str) -> float | None:
    value = getattr(day.figures, key)
    if isinstance(value, float):
        return round(100 * value, 2)
    number: int | None = value
    return number


def _label(day: DayFigures) -> str:
    if isinstance(day.begins, datetime):
        return date_format(day.begins, "TIME_FORMAT")
    return date_format(day.begins, "SHORT_DATE_FORMAT")
