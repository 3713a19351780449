from __future__ import annotations

from typing import Any

import pytest

from tests.checks.conftest import Site, ids


def test_two_queues_of_one_name_are_an_error(site: Site) -> None:
    (found,) = site.check(QUEUE_CALLS="voice", QUEUE_BACKGROUND="voice")
    assert (found.id, found.msg) == (
        "voicegather.E010",
        "Several queues have the name 'voice'.",
    )


def processes(site: Site, **changes: Any) -> list[str]:
    found = site.check_deployment(**changes)
    return [each.msg for each in found if each.id == "voicegather.W006"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WEB_CONCURRENCY", "3"),
        ("GUNICORN_CMD_ARGS", "--bind 0.0.0.0:80 --workers 3"),
        ("GUNICORN_CMD_ARGS", "--workers=3 --worker-class gthread"),
        ("GUNICORN_CMD_ARGS", "-w 3"),
        ("GUNICORN_CMD_ARGS", "-w3 --timeout 9"),
        ("GUNICORN_CMD_ARGS", "-w 1 --workers 3"),
        ("UWSGI_PROCESSES", "3"),
        ("UWSGI_WORKERS", "3"),
    ],
)
def test_several_web_processes_that_work_on_calls_are_told(
    site: Site, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert processes(site) == [
        f"Calls are worked on by the web processes, and there are 3 ({variable})."
    ]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"WEB_CONCURRENCY": "1"},
        {"WEB_CONCURRENCY": "many"},
        {"WEB_CONCURRENCY": "4", "GUNICORN_CMD_ARGS": "--workers 1"},
        {"GUNICORN_CMD_ARGS": "--worker-connections 1000 --threads 8 'unbalanced"},
        {"GUNICORN_CMD_ARGS": "--name site-w3 --backlog 64"},
    ],
)
def test_one_process_or_an_unknown_number_is_not(
    site: Site, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert processes(site) == []


def test_where_celery_dispatches_there_may_be_many(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "3")
    assert processes(site, DISPATCH="celery") == []


def test_without_deploy_nothing_is_said_of_processes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "3")
    assert ids(site.check()) == []
