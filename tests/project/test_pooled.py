from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connections

from project.settings.environment import database_from_url, pooled
from tests import services_under_test as services

pytestmark = pytest.mark.services

ALIAS = "pooled"
THREADS = 8
OURS = f"voicegather-pooled-{os.getpid()}"


@pytest.fixture
def drop_all(
    monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> Iterator[Callable[[], int]]:
    """A pool with THREADS idle connections; what drops them all, as a restart of the server does.

    It returns how many there were.
    """
    url = services.maintenance_url()
    database = pooled(database_from_url(url), THREADS)
    database["OPTIONS"]["application_name"] = OURS
    monkeypatch.setitem(
        connections.settings, ALIAS, {**connections.settings["default"], **database}
    )
    together = threading.Barrier(THREADS)

    def use() -> None:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
            together.wait(10)
        connections[ALIAS].close()

    def drop() -> int:
        with psycopg.connect(url) as server:
            found = server.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE application_name = %s",
                [OURS],
            )
            return len(found.fetchall())

    with django_db_blocker.unblock():
        threads = [threading.Thread(target=use) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        yield drop
        connections[ALIAS].close()
        connections[ALIAS].close_pool()  # type: ignore[attr-defined]
    del connections[ALIAS]


def answers() -> bool:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def test_after_a_restart_of_the_server_the_next_one_is_served_at_once_and_so_are_others(
    drop_all: Callable[[], int],
) -> None:
    assert drop_all() == THREADS

    assert answers()
    connections[ALIAS].close()
    connections[ALIAS].health_check_done = True
    assert answers(), "all were made anew"


def test_a_connection_that_nobody_looks_at_may_be_broken(drop_all: Callable[[], int]) -> None:
    drop_all()

    connections[ALIAS].health_check_done = True
    with pytest.raises(OperationalError):
        answers()


def test_it_is_looked_at_again_the_next_time(drop_all: Callable[[], int]) -> None:
    connections[ALIAS].health_check_done = True
    assert answers()
    connections[ALIAS].close()
    drop_all()

    assert answers()


def keep_connections(seconds: int) -> None:
    connections[ALIAS].settings_dict["KEPT_SECONDS"] = seconds


def end_the_request() -> None:
    connections[ALIAS].close_if_unusable_or_obsolete()


def backend() -> int:
    """The server's number of the connection in use."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_between_two_requests_a_connection_goes_back_to_the_pool(drop_all: Any) -> None:
    assert answers()
    end_the_request()
    assert connections[ALIAS].connection is None


def test_where_there_is_one_for_each_thread_it_is_kept_for_a_while(drop_all: Any) -> None:
    keep_connections(60)
    first = backend()
    end_the_request()
    assert connections[ALIAS].connection is not None
    assert backend() == first
    connections[ALIAS].close_at = time.monotonic()
    end_the_request()
    assert connections[ALIAS].connection is None


def test_a_kept_one_that_the_server_has_dropped_is_replaced_and_so_are_the_others(
    drop_all: Callable[[], int],
) -> None:
    keep_connections(60)
    assert answers()
    end_the_request()
    drop_all()
    assert answers()
    connections[ALIAS].close()
    connections[ALIAS].health_check_done = True
    assert answers(), "all were made anew"


def test_a_copy_that_leaves_the_pool_out_connects_to_the_same_database(drop_all: Any) -> None:
    """Workers note their queues over such a connection, while the pool serves their threads."""
    outside = connections[ALIAS].copy()
    outside.settings_dict["OPTIONS"].pop("pool")
    try:
        with outside.cursor() as cursor:
            cursor.execute("SELECT current_database(), current_setting('application_name')")
            found = cursor.fetchone()
    finally:
        outside.close()

    assert found == (connections[ALIAS].settings_dict["NAME"], OURS)
