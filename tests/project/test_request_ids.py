from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from project.request_ids import RequestIdMiddleware, RequestIds

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


def test_after_an_error_lines_belong_to_none() -> None:
    def fail(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        RequestIdMiddleware(fail)(RequestFactory().get("/"))

    assert request_id_now() == ""


def test_the_site_answers_with_it(client: Client, settings: Any) -> None:
    settings.MIDDLEWARE = ["project.request_ids.RequestIdMiddleware", *settings.MIDDLEWARE]

    response = client.get("/voicegather/health/live/", headers={"X-Request-ID": "from-the-proxy"})

    assert response.headers["X-Request-ID"] == "from-the-proxy"
