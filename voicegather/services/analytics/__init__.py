"""Calls counted for analytics: by hour from their own rows, by day for those who read them."""

from __future__ import annotations

from voicegather.services.analytics.counting import count_hour, put_together
from voicegather.services.analytics.hours import day_of, hour_after, hour_of, span_of
from voicegather.services.analytics.reading import Versions
from voicegather.services.analytics.running import hours_to_count, plan_rebuilding

__all__ = [
    "Versions",
    "count_hour",
    "day_of",
    "hour_after",
    "hour_of",
    "hours_to_count",
    "plan_rebuilding",
    "put_together",
    "span_of",
]
