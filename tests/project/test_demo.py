"""All of the demo's callers, from the signed webhook to the command at the fake Telnyx."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis

from tests import services_under_test as services

pytestmark = pytest.mark.alone


def run_demo(folder, *arguments):
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    return subprocess.run(
        [sys.executable, "-m", "project.demo", "--output", str(folder), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def test_every_caller_is_served_on_sqlite_with_local_dispatch(tmp_path):
    finished = run_demo(tmp_path)
    assert finished.returncode == 0, finished.stdout[-6000:] + finished.stderr[-3000:]
    assert "Everything is as they were told." in finished.stdout


@pytest.fixture
def empty_database():
    """A PostgreSQL database of this test's own."""
    with services.new_database("demo") as url:
        yield url


@pytest.fixture
def empty_broker():
    """A database of Redis that nobody else uses."""
    parts = urlsplit(services.redis().url)
    url = urlunsplit(parts._replace(path="/8"))
    with redis.Redis.from_url(url) as broker:
        assert broker.dbsize() == 0, f"{url} is in use"
        yield url
        broker.flushdb()


@pytest.mark.services
def test_every_caller_is_served_on_postgresql_with_redis_and_a_worker(
    tmp_path, empty_database, empty_broker
):
    finished = run_demo(tmp_path, "--database", empty_database, "--broker", empty_broker)
    assert finished.returncode == 0, finished.stdout[-6000:] + finished.stderr[-3000:]
    assert "Everything is as they were told." in finished.stdout
