from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from voicegather.services.doctor import webhook as looking
from voicegather.services.doctor.findings import Verdict
from voicegather.services.doctor.webhook import look_at_webhook


@pytest.fixture
def answering() -> Iterator[Callable[..., str]]:
    """Starts a server that answers every GET with a status and headers; its address."""
    servers: list[HTTPServer] = []

    def start(status: int, headers: dict[str, str] | None = None, delay: float = 0.0) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                threading.Event().wait(delay)
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.django_db(transaction=True)
def test_the_sites_own_webhook_is_well(live_server: Any) -> None:
    found = look_at_webhook(live_server.url)
    assert found.verdict is Verdict.OK
    assert f"{live_server.url}/voicegather/webhook/ answers" in found.detail


@pytest.mark.parametrize(
    ("status", "headers", "advice"),
    [
        (200, {}, "Another program"),
        (405, {"Allow": "GET"}, "Another program"),
        (301, {"Location": "https://ivr.example.com/"}, "redirect"),
        (400, {}, "ALLOWED_HOSTS"),
        (401, {}, "login"),
        (403, {}, "login"),
        (404, {}, "Include voicegather.urls"),
        (502, {}, "no web process"),
    ],
)
def test_every_other_answer_is_a_failure_with_advice(
    answering: Callable[..., str], status: int, headers: dict[str, str], advice: str
) -> None:
    found = look_at_webhook(answering(status, headers))
    assert found.verdict is Verdict.FAILED
    assert f"answers {status} in place of 405" in found.detail
    assert advice in found.advice


def test_an_address_where_nobody_listens_is_a_failure() -> None:
    found = look_at_webhook("http://127.0.0.1:9")
    assert found.verdict is Verdict.FAILED
    assert "does not answer (ConnectionRefusedError)" in found.detail


def test_an_address_that_answers_too_late_is_given_up(
    answering: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LONGEST_LOOK", 0.2)
    found = look_at_webhook(answering(405, {"Allow": "POST"}, delay=0.6))
    assert found.verdict is Verdict.FAILED
    assert "does not answer (TimeoutError)" in found.detail


def test_a_plain_address_of_the_internet_is_refused() -> None:
    found = look_at_webhook("http://ivr.example.com")
    assert found.verdict is Verdict.FAILED
    assert "https" in found.detail


def test_an_unknown_address_is_a_warning(settings: Any) -> None:
    settings.VOICEGATHER = {}
    found = look_at_webhook("")
    assert found.verdict is Verdict.WARNING
    assert "--url" in found.advice
