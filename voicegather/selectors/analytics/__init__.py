"""The numbers of analytics, read from what was counted in the background."""

from __future__ import annotations

from voicegather.selectors.analytics.comparing import Compared, compare
from voicegather.selectors.analytics.days import DayRange, Preset, RangeError, read_range
from voicegather.selectors.analytics.figures import (
    DayFigures,
    Figures,
    figures_of,
    figures_of_menus,
    hours_of_day,
    totals_of,
)
from voicegather.selectors.analytics.freshness import Freshness, freshness
from voicegather.selectors.analytics.stepwise import StepFigures, Way, counted_versions, steps_of

__all__ = [
    "Compared",
    "DayFigures",
    "DayRange",
    "Figures",
    "Freshness",
    "Preset",
    "RangeError",
    "StepFigures",
    "Way",
    "compare",
    "counted_versions",
    "figures_of",
    "figures_of_menus",
    "freshness",
    "hours_of_day",
    "read_range",
    "steps_of",
    "totals_of",
]
