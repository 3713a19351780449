"""What the doctor says of recordings: of the site's storage, and of Telnyx's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.services.audio.recording import record
from voicegather.models import AudioFile, MediaUpload
from voicegather.services import moments
from voicegather.services.doctor.findings import Finding, Verdict
from voicegather.services.doctor.recordings import look_at_recordings

pytestmark = pytest.mark.django_db

Serving = Callable[..., None]


@pytest.fixture(autouse=True)
def site(settings: Any, tmp_path: Any) -> dict[str, Any]:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.VOICEGATHER = {"DISPATCH": "local"}
    return settings.VOICEGATHER


@pytest.fixture
def serving(site: dict[str, Any]) -> Iterator[Serving]:
    """Has the site's public address answer every GET with a status and a content type."""
    servers: list[HTTPServer] = []

    def start(status: int, kind: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site["PUBLIC_URL"] = f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def only() -> Finding:
    (found,) = look_at_recordings()
    return found


def test_a_site_without_recordings_is_well() -> None:
    assert (only().verdict, only().detail) == (Verdict.OK, "none was uploaded yet")


def test_recordings_without_a_whole_address_are_a_failure() -> None:
    record()
    assert only().verdict is Verdict.FAILED
    assert "PUBLIC_URL" in only().advice


@pytest.mark.parametrize(
    ("status", "kind", "verdict", "detail"),
    [
        (200, "audio/x-wav", Verdict.OK, "can be fetched, seen from this machine"),
        (200, "text/html", Verdict.FAILED, "come as “text/html” from 127.0.0.1, not as audio"),
        (403, "audio/wav", Verdict.FAILED, "are answered with 403 by 127.0.0.1 in place of 200"),
        (302, "audio/wav", Verdict.FAILED, "are answered with 302 by 127.0.0.1 in place of 200"),
    ],
)
def test_a_recording_is_fetched_as_telnyx_would(
    serving: Serving, status: int, kind: str, verdict: Verdict, detail: str
) -> None:
    serving(status, kind)
    record()
    assert (only().verdict, only().detail) == (verdict, detail)


def test_an_address_where_nobody_answers_is_a_failure(site: dict[str, Any]) -> None:
    site["PUBLIC_URL"] = "http://127.0.0.1:9"
    record()
    assert only().verdict is Verdict.FAILED
    assert "cannot be fetched from 127.0.0.1" in only().detail


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("columns", "verdict", "detail"),
    [
        ({"state": "done", "expires_at": 60 * DAY}, Verdict.OK, "1 is at Telnyx"),
        ({"state": "failed"}, Verdict.FAILED, "1 did not reach Telnyx"),
        ({"state": "waiting"}, Verdict.OK, "0 are at Telnyx"),
        ({"created_at": -DAY}, Verdict.FAILED, "1 has waited for more than ten minutes"),
        ({"created_at": -DAY, "expires_at": 60 * DAY}, Verdict.OK, "1 is at Telnyx"),
        (
            {"state": "done", "expires_at": 3 * DAY},
            Verdict.WARNING,
            "1 is at Telnyx for two more weeks at most",
        ),
    ],
)
def test_recordings_at_telnyx_are_told_of(
    site: dict[str, Any], columns: dict[str, Any], verdict: Verdict, detail: str
) -> None:
    record()
    site["AUDIO_DELIVERY"] = "media"
    moment = moments.now()
    columns = {
        name: moment + value if isinstance(value, timedelta) else value
        for name, value in columns.items()
    }
    MediaUpload.objects.create(audio=AudioFile.objects.get(), connection="default", **columns)
    assert (only().verdict, only().detail) == (verdict, detail)
