from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from project.request_ids import RequestIdMiddleware, RequestIds

# Closing an answer has Django look at its connections.
pytestmark = pytest.mark.django_db

MADE = re.compile(r"[0-9a-f]{32}")


def answer(request: HttpRequest) -> HttpResponse:
    """Says which request a line that is logged now belongs to."""
    return HttpResponse(request_id_now())


def request_id_now() -> str:
    record = logging.makeLogRecord({})
    assert RequestIds().filter(record) is True
    return str(record.request_id)  # type: ignore[attr-defined]


def ask(**headers: str) -> tuple[str, str]:
    """The header of the answer, and the id that lines had meanwhile."""
    response = RequestIdMiddleware(answer)(RequestFactory(headers=headers).get("/"))
    assert request_id_now() == response.content.decode(), "gunicorn still writes its access line"
    response.close()
    return response.headers["X-Request-ID"], response.content.decode()


def test_a_request_without_a_name_gets_one() -> None:
    header, logged = ask()

    assert MADE.fullmatch(header)
    assert logged == header


def test_each_request_gets_another() -> None:
    assert ask() != ask()


@pytest.mark.parametrize("name", ["a", "7f3c-44.b_1", "x" * 64])
def test_a_sane_name_is_kept(name: str) -> None:
    assert ask(**{"X-Request-ID": name}) == (name, name)


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "a\nb", "é", "x" * 65, "../../etc"])
def test_any_other_name_is_not_repeated(name: str) -> None:
    header, logged = ask(**{"X-Request-ID": name})

    assert MADE.fullmatch(header)
    assert logged == header


def test_after_the_request_lines_belong_to_none() -> None:
    ask()

    assert request_id_now() == ""


class Kept(logging.Handler):
    """Remembers the messages and requests of lines."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(RequestIds())
        self.lines: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.getMessage(), record.request_id))  # type: ignore[attr-defined]


def test_what_the_site_answers_and_what_django_logs_of_it_carry_the_name(
    client: Client, settings: Any
) -> None:
    settings.MIDDLEWARE = ["project.request_ids.RequestIdMiddleware", *settings.MIDDLEWARE]
    kept = Kept()
    log = logging.getLogger("django.request")
    log.addHandler(kept)

    response = client.get("/voicegather/nowhere/", headers={"X-Request-ID": "from-the-proxy"})

    log.removeHandler(kept)
    assert response.headers["X-Request-ID"] == "from-the-proxy"
    assert kept.lines == [("Not Found: /voicegather/nowhere/", "from-the-proxy")]
