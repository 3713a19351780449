"""Celery's own settings, where it dispatches calls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import celery
import pytest
from celery import Celery

from tests.checks.conftest import Site, ids

BROKER = "redis://127.0.0.1:6379/7"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, settings: Any, site: Site) -> Iterator[Celery]:
    """The site's Celery app; as yet it is told of a broker alone, and of voicegather's tasks."""
    for name in ("CELERY_BROKER_URL", "CELERY_BROKER_WRITE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delitem(sys.modules, "voicegather.tasks", raising=False)
    settings.VOICEGATHER = {**settings.VOICEGATHER, "DISPATCH": "celery"}
    with Celery("bakery", broker=BROKER, set_as_current=False) as app:
        app.conf.imports = ["voicegather.tasks"]
        monkeypatch.setattr(celery, "current_app", app)
        yield app


def test_an_app_in_order_hears_nothing(site: Site, app: Celery) -> None:
    assert site.check() == []


def test_without_a_broker_calls_would_go_astray(site: Site, app: Celery) -> None:
    app.conf.broker_url = ""
    (found,) = site.check()
    assert found.id == "voicegather.E017"
    assert found.msg == "Celery has no broker URL: calls would be sent to amqp://localhost."
    assert "from your_project.celery import app" in str(found.hint)


@pytest.mark.parametrize("url", ["http://127.0.0.1", "redis://:guess-me@127.0.0.1:port/0"])
def test_a_broker_that_celery_cannot_reach_by_its_url_is_an_error_that_quotes_nothing(
    site: Site, app: Celery, url: str
) -> None:
    app.conf.broker_url = url
    (found,) = site.check()
    assert found.id == "voicegather.E017"
    assert "leads to no broker that Celery knows" in found.msg
    assert "guess-me" not in str(found)


@pytest.mark.parametrize("variable", ["CELERY_BROKER_URL", "CELERY_BROKER_WRITE_URL"])
def test_a_broker_of_the_environment_counts(
    site: Site, app: Celery, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    app.conf.broker_url = ""
    monkeypatch.setenv(variable, BROKER)
    assert site.check() == []


def test_where_calls_are_dispatched_locally_nothing_is_said_of_celery(
    site: Site, app: Celery
) -> None:
    app.conf.broker_url = ""
    assert site.check(DISPATCH="local") == []


def test_settings_that_celery_cannot_read_are_an_error_that_quotes_none(
    site: Site, app: Celery
) -> None:
    app.config_from_object("no_such_module_of_settings")
    (found,) = site.check()
    assert (found.id, found.msg) == (
        "voicegather.E018",
        "Celery's settings cannot be used (ModuleNotFoundError).",
    )


def test_a_serializer_that_workers_refuse_is_an_error(site: Site, app: Celery) -> None:
    app.conf.task_serializer = "pickle"
    (found,) = site.check()
    assert found.id == "voicegather.E019"
    assert "task_serializer is 'pickle'" in found.msg
    app.conf.accept_content = ["json", "application/x-python-serialize"]
    assert site.check() == []


def test_a_queue_that_celery_may_not_make_is_an_error(site: Site, app: Celery) -> None:
    app.conf.task_create_missing_queues = False
    for left in (["calls", "handlers"], ["handlers"], []):
        assert [(found.id, found.msg) for found in site.check()] == [
            (
                "voicegather.E020",
                f"Celery may not make the queue 'voicegather.{queue}', and does not have it.",
            )
            for queue in left
        ]
        for queue in left[:1]:
            app.amqp.queues.add(f"voicegather.{queue}")


def test_eager_tasks_are_told_to_be_none(site: Site, app: Celery) -> None:
    app.conf.task_always_eager = True
    assert ids(site.check()) == ["W007"]


class TestWorkersWithoutOurTasks:
    @pytest.fixture(autouse=True)
    def unnamed(self, app: Celery) -> None:
        app.conf.imports = []

    def test_are_told(self, site: Site) -> None:
        (found,) = site.check()
        assert found.id == "voicegather.W008"
        assert "app.autodiscover_tasks()" in str(found.hint)

    def test_are_told_where_only_other_apps_are_searched(self, site: Site, app: Celery) -> None:
        app.autodiscover_tasks(["people"])
        assert ids(site.check()) == ["W008"]

    @pytest.mark.parametrize("packages", [None, ["people", "voicegather"], lambda: ["people"]])
    def test_are_not_where_ours_may_be_found(self, site: Site, app: Celery, packages: Any) -> None:
        app.autodiscover_tasks(packages)
        assert site.check() == []

    def test_are_not_where_they_are_loaded_already(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "voicegather.tasks", sys)
        assert site.check() == []


LONE_SITE = """
import sys
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="insecure-key",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "voicegather"],
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
    VOICEGATHER={{"DISPATCH": "{dispatch}"}},
)
django.setup()
from django.core.checks import run_checks
print([each.id for each in run_checks(tags=["voicegather"])])
print(sorted(name for name in ("celery", "kombu", "telnyx") if name in sys.modules))
"""


def lone_site(dispatch: str) -> list[str]:
    """What a site without a Celery app of its own prints: what is found, then what is loaded."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", LONE_SITE.format(dispatch=dispatch)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={},
    )
    assert finished.stderr == ""
    return finished.stdout.splitlines()


def test_checking_a_local_site_loads_neither_celery_nor_the_sdk() -> None:
    assert lone_site("local") == ["[]", "[]"]


def test_a_site_that_never_loads_its_celery_app_is_told() -> None:
    found, loaded = lone_site("celery")
    assert found == "['voicegather.E017', 'voicegather.W008']"
    assert "telnyx" not in loaded
