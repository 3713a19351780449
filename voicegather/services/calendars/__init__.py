"""Opening hours as staff keep them: read for the engine, judged, written, switched."""

from voicegather.services.calendars.exits import exits_of
from voicegather.services.calendars.problems import calendar_problems
from voicegather.services.calendars.reading import hours_of, with_switches

__all__ = ["calendar_problems", "exits_of", "hours_of", "with_switches"]
