"""How many webhooks a second one web process accepts, against a bare WSGI function."""

from __future__ import annotations

from uuid import uuid4

import psycopg

from benchmarks.events import envelope, request
from benchmarks.load import accepted_per_second
from benchmarks.pairs import alternated, median_pair, median_ratio
from benchmarks.place import Place, measuring_place
from benchmarks.site import migrate, served

REQUESTS = 800
#: Enough to keep one process busy all the time.
CONNECTIONS = 4


def run() -> None:
    """Measure with Django's default middleware, then with ours first; print a line for each."""
    with measuring_place() as place:
        migrate(place)
        _make_floor_s_table(place.database_url)
        with served(place, "benchmarks.floor:application") as bare:
            for name, first in (("webhook", "0"), ("webhook with WebhookMiddleware", "1")):
                extra = {"BENCHMARK_WEBHOOK_FIRST": first}
                with served(place, "project.wsgi:application", extra) as ours:
                    _compare(name, place, ours, bare)


def _compare(name: str, place: Place, ours: int, bare: int) -> None:
    for port in (ours, bare):
        _turn(place, port)
    pairs = alternated(lambda: _turn(place, ours), lambda: _turn(place, bare))
    middle = median_pair(pairs)
    print(
        f"{name}: ours {middle.ours:.0f}/s, floor {middle.floor:.0f}/s, "
        f"ratio {median_ratio(pairs):.2f}",
        flush=True,
    )


def _turn(place: Place, port: int) -> float:
    """Webhooks a second: keys pressed in many calls. They are signed before the time is taken."""
    requests = [
        request(envelope("call.dtmf.received", f"v3:{uuid4()}", digit="1"), place.key)
        for _ in range(REQUESTS)
    ]
    return accepted_per_second(port, requests, connections=CONNECTIONS)


def _make_floor_s_table(database_url: str) -> None:
    """What benchmarks/floor.py writes, and no more."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE benchmark_floor (id bigserial PRIMARY KEY, "
            "external_id text NOT NULL UNIQUE, call_control_id text NOT NULL, event jsonb NOT NULL)"
        )
