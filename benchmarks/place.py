"""A PostgreSQL database and a Redis database of the benchmarks' own, and the site's variables."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
from nacl.signing import SigningKey
from redis import Redis
from redis.exceptions import RedisError

DATABASE_VARIABLE = "VOICEGATHER_BENCH_DATABASE_URL"
BROKER_VARIABLE = "VOICEGATHER_BENCH_BROKER_URL"
DEFAULT_DATABASE_URL = "postgres://root@127.0.0.1:5432/postgres"
DEFAULT_BROKER_URL = "redis://127.0.0.1:6379/15"


class PlaceError(Exception):
    """Nothing can be measured here; the message says why, and what to do."""


@dataclass(frozen=True)
class Place:
    """Where one benchmark runs; `environment` is that of the site's processes."""

    database_url: str
    broker_url: str
    key: SigningKey
    environment: dict[str, str]


@contextmanager
def measuring_place(
    *, telnyx_url: str = "http://127.0.0.1:9/v2", suffix: str = ""
) -> Iterator[Place]:
    """Make an empty database, and take an empty Redis database; remove what they hold after.

    `suffix` ends the database's name, where a benchmark has several. Raises PlaceError when a
    server does not answer, or the Redis database holds anything.
    """
    with new_database(suffix) as database_url, _empty_redis() as broker_url:
        key = SigningKey.generate()
        yield Place(
            database_url, broker_url, key, _environment(database_url, broker_url, key, telnyx_url)
        )


@contextmanager
def new_database(suffix: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database, dropped afterwards; raises PlaceError."""
    server = os.environ.get(DATABASE_VARIABLE) or DEFAULT_DATABASE_URL
    name = f"voicegather_bench_{os.getpid()}{suffix}"
    try:
        with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
            connection.execute(f"CREATE DATABASE {name}")
            try:
                yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    except psycopg.Error as problem:
        raise PlaceError(f"PostgreSQL: {problem}Start it, or set {DATABASE_VARIABLE}.") from problem


@contextmanager
def _empty_redis() -> Iterator[str]:
    url = os.environ.get(BROKER_VARIABLE) or DEFAULT_BROKER_URL
    with Redis.from_url(url, socket_timeout=3) as client:
        try:
            keys = client.dbsize()
        except (RedisError, OSError) as problem:
            raise PlaceError(f"Redis: {problem}. Start it, or set {BROKER_VARIABLE}.") from problem
        if keys:
            raise PlaceError(
                f"Redis holds keys at {url}: name a database that is empty in {BROKER_VARIABLE}; "
                "it is emptied afterwards."
            )
        try:
            yield url
        finally:
            client.flushdb()


def _environment(
    database_url: str, broker_url: str, key: SigningKey, telnyx_url: str
) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": database_url,
        "CELERY_BROKER_URL": broker_url,
        "TELNYX_API_KEY": "KEY_fake_for_benchmarks_only",
        "TELNYX_BASE_URL": telnyx_url,
        "TELNYX_PUBLIC_KEY": base64.b64encode(bytes(key.verify_key)).decode(),
        "VOICEGATHER_ENCRYPTION_KEYS": base64.b64encode(secrets.token_bytes(32)).decode(),
        "WEB_CONCURRENCY": "1",
    }
