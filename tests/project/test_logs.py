from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from logging.config import dictConfig
from typing import Any

import pytest
from django.test import RequestFactory
from gunicorn.glogging import SafeAtoms

from project.gunicorn import access_log_format
from project.logs import json_logging
from voicegather.exceptions import VoicegatherError
from voicegather.logs import about_call

Written = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[Written]:
    """What the handler of the production site writes, line by line."""
    stream = io.StringIO()
    config = json_logging()
    config["handlers"]["stderr"]["stream"] = stream
    config["handlers"]["stderr"]["level"] = "INFO"
    handlers = {name: list(logging.getLogger(name).handlers) for name in ("", *config["loggers"])}
    levels = {name: logging.getLogger(name).level for name in handlers}
    spreads = {name: logging.getLogger(name).propagate for name in handlers}
    dictConfig(config)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for name in handlers:
        logger = logging.getLogger(name)
        logger.handlers[:] = handlers[name]
        logger.setLevel(levels[name])
        logger.propagate = spreads[name]


def test_a_line_is_one_object(written: Written) -> None:
    logging.getLogger("voicegather.calls").warning("a\nb “%s”", "c")

    (line,) = written()
    assert line.pop("time").endswith("+00:00")
    assert line.pop("process") > 0
    assert line == {"level": "WARNING", "logger": "voicegather.calls", "message": "a\nb “c”"}


def test_a_line_names_its_call(written: Written) -> None:
    with about_call("v3:a"):
        logging.getLogger("voicegather.alerts").error("refused")

    assert written()[0]["call_control_id"] == "v3:a"


def test_a_traceback_is_a_field_and_names_places_alone(written: Written) -> None:
    try:
        int("x".join(["48", "21"]))
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error")

    (line,) = written()
    assert line["message"] == "Internal Server Error"
    assert line["traceback"].splitlines()[-1] == "ValueError"
    assert "test_logs.py" in line["traceback"]
    assert "48x21" not in json.dumps(line)


def test_our_own_errors_say_what_to_do(written: Written) -> None:
    try:
        raise VoicegatherError("Set the key.")
    except VoicegatherError:
        logging.getLogger("voicegather").exception("No key")

    assert written()[0]["traceback"].endswith("VoicegatherError: Set the key.")


def test_nothing_that_a_record_carries_besides_is_written(written: Written) -> None:
    request = RequestFactory().get("/admin/voicegather/gatherresult/?q=4821")
    logging.getLogger("django.request").warning(
        "Not Found: %s", request.path, extra={"request": request, "status_code": 404}
    )

    (line,) = written()
    assert set(line) == {"time", "level", "logger", "message", "process"}
    assert "4821" not in json.dumps(line)


def access(path: str, query: str, status: str = "200") -> SafeAtoms:
    """What gunicorn knows of a request when it writes its access line."""
    return SafeAtoms(
        {
            "m": "GET",
            "U": path,
            "q": query,
            "r": f"GET {path}?{query} HTTP/1.1",
            "s": status,
            "D": 12_500,
            "{x-request-id}o": "abc",
        }
    )


def test_an_access_line_has_fields_and_no_query(written: Written) -> None:
    logging.getLogger("gunicorn.access").info(
        access_log_format, access("/admin/voicegather/gatherresult/", "q=4821")
    )

    (line,) = written()
    assert {name: line[name] for name in ("method", "path", "status", "milliseconds")} == {
        "method": "GET",
        "path": "/admin/voicegather/gatherresult/",
        "status": 200,
        "milliseconds": 12.5,
    }
    assert line["message"] == "GET /admin/voicegather/gatherresult/ 200"
    assert "4821" not in json.dumps(line)


def test_gunicorns_errors_have_no_query(written: Written) -> None:
    logging.getLogger("gunicorn.error").error("Error handling request %s %s", "GET", "/a/?q=4821")

    assert written()[0]["message"] == "Error handling request GET /a/"


@pytest.mark.parametrize("name", ["django.request", "gunicorn.error", "celery.task", "celery"])
def test_each_line_is_written_once(written: Written, name: str) -> None:
    logging.getLogger(name).warning("once")

    assert [line["message"] for line in written()] == ["once"]


@pytest.mark.parametrize("name", ["httpx", "telnyx", "psycopg.pool", "celery.app.trace"])
def test_libraries_that_quote_what_they_send_are_kept_quiet(written: Written, name: str) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger(name).info('{"digits": "4821"}')

    assert written() == []
