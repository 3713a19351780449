"""Somebody listens to what a caller said: in the call's timeline, and on the recording's page."""

from __future__ import annotations

import io
import math
import struct
import wave
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenAs, picture
from tests.factories import make_attempt, make_call, make_menu, make_result, make_version
from voicegather.models import Call, CallCommand, CallEvent, Disclosure, Recording, StepVisit
from voicegather.models.jobs import JobState
from voicegather.models.recordings import FOLDER, recording_storage
from voicegather.sealing import seal

RATE = 8_000
WORDS = "Hello, this is Ada. My parcel of Monday has not arrived; please call me back."
#: Seconds into the call, event, and what else is told of it.
EVENTS = (
    (0.0, "call.initiated", {}),
    (0.9, "call.answered", {}),
    (4.6, "call.dtmf.received", {}),
    (4.9, "call.gather.ended", {"status": "valid"}),
    (8.2, "call.speak.ended", {"status": "completed"}),
    (20.1, "call.recording.saved", {}),
    (21.3, "call.recording.transcription.saved", {"status": "completed"}),
    (23.0, "call.hangup", {"hangup_cause": "normal_clearing", "hangup_source": "callee"}),
)
COMMANDS = (
    (0.1, "answer", 182),
    (1.0, "gather_using_speak", 141),
    (5.0, "speak", 133),
    (8.3, "record_start", 158),
    (19.4, "record_stop", 121),
    (20.4, "hangup", 117),
)


def sound(seconds: int) -> bytes:
    """A soft tone."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        tone = (round(6_000 * math.sin(place / 6)) for place in range(seconds * RATE))
        file.writeframes(b"".join(struct.pack("<h", each) for each in tone))
    return buffer.getvalue()


@pytest.fixture
def call(transactional_db: None, settings: Any, tmp_path: Path) -> Call:
    """A caller chose the parcels, and left a message."""
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    steps = {
        "choose": {"name": "What is it about?"},
        "message": {"name": "Leave a message", "kind": "record"},
    }
    made = make_call(version=make_version(make_menu("parcels"), steps), outcome="completed")
    began = made.started_at

    def at(seconds: float) -> Any:
        return began + timedelta(seconds=seconds)

    for seconds, kind, payload in EVENTS:
        CallEvent.objects.create(
            call=made,
            source="telnyx",
            external_id=str(uuid4()),
            event_type=kind,
            payload=payload,
            occurred_at=at(seconds),
            received_at=at(seconds),
            status="processed",
        )
    for seq, (seconds, action, took) in enumerate(COMMANDS, start=1):
        CallCommand.objects.create(
            call=made,
            seq=seq,
            command_id=uuid4(),
            action=action,
            sealed_params=seal({}),
            status="accepted",
            attempts=1,
            http_status=200,
            milliseconds=took,
            created_at=at(seconds),
        )
    visits = [
        StepVisit.objects.create(
            call=made,
            number=number,
            version=made.version,
            step_key=key,
            language="en-US",
            entered_at=at(entered),
            left_at=at(left),
            exit=exit_name,
        )
        for number, (key, entered, left, exit_name) in enumerate(
            (("choose", 1.0, 4.9, "2"), ("message", 5.0, 20.1, "done")), start=1
        )
    ]
    make_attempt(visits[0], "2", began_at=at(1.0), ended_at=at(4.9), milliseconds=3_900)
    make_result(visits[0], "2", gathered_at=at(4.9))
    make_result(visits[1], "11", field="recording", choice="", gathered_at=at(20.1))
    Recording.objects.create(
        call=made,
        visit=visits[1],
        seq=4,
        state=JobState.DONE,
        began_at=at(8.5),
        ended_at=at(19.5),
        milliseconds=11_000,
        channels="single",
        format="wav",
        size=176_044,
        sha256="9f" * 32,
        recording_id="10cd86ac-0000-4000-8000-000000000000",
        file=recording_storage().save(f"{FOLDER}/a.wav", ContentFile(sound(11))),
        sealed_transcript=seal(WORDS),
        transcript_source="telnyx",
        transcribed_at=at(21.3),
    )
    Call.objects.filter(pk=made.pk).update(phase="ended", ended_at=at(23.0))
    return made


def plays(page: Page) -> None:
    """Press the first player's button, and hear a second of it."""
    player = page.locator("audio:not([hidden])")
    player.evaluate("player => player.play()")
    page.wait_for_function("document.querySelector('audio:not([hidden])').currentTime > 0.2")
    player.evaluate("player => { player.pause(); player.currentTime = 9; }")
    page.wait_for_function("!document.querySelector('audio:not([hidden])').seeking")
    assert player.evaluate("player => player.currentTime") == 9


def for_docs(page: Page, name: str) -> None:
    """By day and by night, wide and narrow."""
    page.set_viewport_size({"width": 1280, "height": 2200})
    picture(page, name)
    page.emulate_media(color_scheme="dark")
    picture(page, f"{name}-dark")
    page.set_viewport_size({"width": 420, "height": 900})
    picture(page, f"{name}-dark-narrow")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 1000})


def test_somebody_listens_in_the_timeline_and_on_the_recordings_page(
    call: Call, open_as: OpenAs
) -> None:
    address = reverse("admin:voicegather_call_change", args=[call.pk])
    page = open_as(address, "view_call", "listen_recording")
    entry = page.locator("#timeline .entry-recording")
    expect(entry.locator(".entry-since")).to_have_text("+0:08.5")
    expect(entry.locator(".entry-quote")).to_have_text(WORDS)
    plays(page)
    for_docs(page, "call")

    entry.get_by_role("link").click()
    expect(page.locator(".recording-transcript")).to_have_text(WORDS)
    plays(page)
    for_docs(page, "recording")
    kinds = Disclosure.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["transcript", "recording"]
