"""Reading Telnyx's payloads, in which every field may be missing or of another type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Payload = Mapping[str, Any]

#: The year 9999 in milliseconds: in some zone or other there is no moment after it.
_TOO_LATE = 253_370_764_800_000


def text(payload: Payload, name: str) -> str:
    """A field that is text; "" where it is missing or anything else."""
    value = payload.get(name)
    return value if isinstance(value, str) else ""


def whole(payload: Payload, name: str, *, most: int) -> int:
    """A field that is a count, from 0 to `most`; 0 where it is missing or no number."""
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    try:
        return min(max(int(value), 0), most)
    except (ValueError, OverflowError):
        return 0


def milliseconds(payload: Payload, name: str) -> int:
    """A field that is a moment in ISO 8601, from 1970 to 9998, in milliseconds UTC; else 0."""
    try:
        moment = datetime.fromisoformat(text(payload, name))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        found = int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0
    return found if 0 < found < _TOO_LATE else 0
