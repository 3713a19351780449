"""What the caller said is stored sealed, and is nowhere else."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from tests.webhooks.posting import Telnyx, envelope
from voicegather import sealing
from voicegather.models import CallEvent
from voicegather.provider.inbox import put_back
from voicegather.services.receive import receive_event

pytestmark = pytest.mark.django_db

SAID = "5559274630"
HISTORY = [{"role": "user", "content": f"my number is {SAID}"}]
EVENTS: dict[str, dict[str, Any]] = {
    "call.dtmf.received": {"digit": SAID},
    "call.gather.ended": {"digits": SAID, "status": "valid"},
    "call.ai_gather.partial_results": {
        "partial_results": {"pin": SAID},
        "message_history": HISTORY,
    },
    "call.ai_gather.message_history_updated": {"message_history": HISTORY},
    "call.ai_gather.ended": {"result": {SAID: {"pin": SAID}}, "message_history": HISTORY},
    "call.conversation.ended": {"messages": HISTORY, "reason": "customer_disconnect"},
    "call.conversation_insights.generated": {"results": [{"insight_id": "1", "result": SAID}]},
    "call.transcription": {"transcription_data": {"transcript": SAID, "is_final": True}},
    "call.recording.transcription.saved": {"transcription_text": SAID},
    "call.of.tomorrow": {"turns": [{"deep": {"digits": int(SAID)}}]},
}


def stored_bytes() -> bytes:
    """Every column of every event, as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{CallEvent._meta.db_table}"')
        cells = [cell for row in cursor.fetchall() for cell in row]
    return b" ".join(
        bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
        for cell in cells
    )


@pytest.mark.parametrize("event_type", EVENTS)
def test_what_was_said_is_in_no_column_and_can_be_read_back(
    telnyx: Telnyx,
    enqueued: list[str],
    caplog: pytest.LogCaptureFixture,
    event_type: str,
) -> None:
    event = envelope(event_type, **EVENTS[event_type])
    with caplog.at_level("DEBUG"):
        assert telnyx.post(event).status_code == 200

    assert SAID.encode() not in stored_bytes()
    assert SAID not in caplog.text
    stored = CallEvent.objects.get()
    assert put_back(stored.payload, sealing.unseal(stored.sealed)) == event["data"]["payload"]


def test_what_nobody_said_stays_readable(telnyx: Telnyx, enqueued: list[str]) -> None:
    said_nothing = {
        "channels": "single",
        "hangup_cause": "normal_clearing",
        "from": "+13125550111",
    }
    telnyx.post(envelope("call.hangup", **said_nothing))
    stored = CallEvent.objects.get()
    assert stored.sealed is None
    assert {name: stored.payload[name] for name in said_nothing} == said_nothing


def test_without_a_usable_sealing_key_nothing_is_stored(
    telnyx: Telnyx, enqueued: list[str], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "ENCRYPTION_KEYS": ["too short"]}
    assert telnyx.post(envelope("call.gather.ended", digits=SAID)).status_code == 503
    assert CallEvent.objects.count() == 0
    assert enqueued == []
    assert "VOICEGATHER_ENCRYPTION_KEYS must be base64" in caplog.text
    assert SAID not in caplog.text


def test_an_error_report_hides_what_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(value: object) -> bytes:
        raise RuntimeError("a bug")

    monkeypatch.setattr(sealing, "seal", broken)
    body = json.dumps(envelope("call.gather.ended", digits=SAID)).encode()
    try:
        receive_event(body)
    except RuntimeError:
        reporter = ExceptionReporter(RequestFactory().post("/"), *sys.exc_info())
    ours = {
        frame["function"]: str(frame["vars"])
        for frame in reporter.get_traceback_frames()
        if "/voicegather/" in frame["filename"]
    }
    assert set(ours) == {"receive_event", "_parsed"}
    assert SAID not in "".join(ours.values())
