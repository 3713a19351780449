"""What the file of an access request holds: lines of JSON for machines, a page for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from voicegather.exceptions import UnsealError
from voicegather.models import Call, CallEvent
from voicegather.provider.inbox import put_back
from voicegather.sealing import unseal
from voicegather.selectors.entries import Sight, TimelineEntry
from voicegather.selectors.timeline import story_of

ROWS_AT_ONCE = 500
_CALL_FIELDS = (
    *("direction", "caller", "called", "language", "answered_by", "outcome", "reason"),
    *("started_at", "answered_at", "ended_at", "removed"),
)


def line(value: Any) -> bytes:
    """One line of JSON Lines."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace") + b"\n"


def call_facts(call: Call) -> dict[str, Any]:
    """The columns of a call that are about its caller."""
    return {"call": call.pk} | {name: getattr(call, name) for name in _CALL_FIELDS}


def story_lines(call: Call, entries: list[TimelineEntry]) -> Iterator[bytes]:
    """What the caller did and said, a line each."""
    for entry in entries:
        yield line(
            {
                "call": call.pk,
                "at": entry.moment,
                "kind": entry.kind,
                "what": entry.title,
                **entry.details,
                **({"masked": True} if entry.is_masked else {}),
            }
        )


def story(call: Call, sight: Sight) -> list[TimelineEntry]:
    """What the caller did and said, as far as `sight` goes."""
    return list(story_of(call, sight=sight))


def event_lines(call: Call, sight: Sight) -> Iterator[bytes]:
    """What Telnyx told of the call, a line a webhook; what was said only where it is revealed."""
    events = CallEvent.objects.filter(call=call).order_by("pk")
    for event in events.iterator(chunk_size=ROWS_AT_ONCE):
        payload: Any = event.payload
        note = {}
        if event.sealed is not None and sight is Sight.REVEALED:
            try:
                spoken = unseal(event.sealed)
                payload = put_back(payload, spoken) if isinstance(spoken, list) else spoken
            except (UnsealError, LookupError, TypeError):
                note = {"unreadable": True}
        elif event.sealed is not None:
            note = {"masked": True}
        told = {"call": call.pk, "at": event.occurred_at, "type": event.event_type}
        yield line(told | {"payload": payload} | note)


def page_beginning(context: dict[str, Any]) -> bytes:
    return _page("beginning", context)


def page_of_call(call: Call, entries: list[TimelineEntry]) -> bytes:
    """The call's part of the page."""
    started = date_format(timezone.localtime(call.started_at), "DATETIME_FORMAT")
    return _page("call", {"call": call, "entries": entries, "started": started})


def page_end() -> bytes:
    return _page("end", {})


def _page(part: str, context: dict[str, Any]) -> bytes:
    text = render_to_string(f"voicegather/access/{part}.html", context)
    return text.encode("utf-8", "replace")
