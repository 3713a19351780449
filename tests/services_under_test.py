"""Where PostgreSQL, Redis, a browser and gettext are for the tests, and whether they are ready."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

DATABASE_VARIABLE = "VOICEGATHER_TEST_DATABASE_URL"
BROKER_VARIABLE = "VOICEGATHER_TEST_BROKER_URL"
BROWSER_VARIABLE = "VOICEGATHER_TEST_BROWSER"
DEFAULT_DATABASE_URL = "postgres://root@127.0.0.1:5432/test"
DEFAULT_BROKER_URL = "redis://127.0.0.1:6379/9"
#: The first that is there: without a window's parts Chromium takes half as long.
BROWSERS = ("chromium-headless-shell", "chromium")
GETTEXT_TOOLS = ("xgettext", "msgmerge", "msgattrib", "msguniq", "msgfmt")
CONNECT_SECONDS = 3


@dataclass(frozen=True)
class Service:
    """What tests need beside Python; `trouble` is "" when it is ready."""

    name: str
    variable: str
    url: str
    trouble: str

    @property
    def shown_url(self) -> str:
        """The URL without its password."""
        parts = urlsplit(self.url)
        netloc = parts.netloc.rpartition("@")
        user = netloc[0].partition(":")[0]
        return urlunsplit(parts._replace(netloc=f"{user}{netloc[1]}{netloc[2]}"))


def postgresql() -> Service:
    """PostgreSQL, ready when its user may create the test database."""
    url = os.environ.get(DATABASE_VARIABLE) or DEFAULT_DATABASE_URL
    return Service("PostgreSQL", DATABASE_VARIABLE, url, _trouble_of_database(url))


def second_database_url() -> str:
    """A name beside that of :func:`postgresql`, for tests that run at the same time."""
    parts = urlsplit(postgresql().url)
    return urlunsplit(parts._replace(path=f"{parts.path}_beside"))


def redis() -> Service:
    """Redis, ready when it answers a ping."""
    url = os.environ.get(BROKER_VARIABLE) or DEFAULT_BROKER_URL
    return Service("Redis", BROKER_VARIABLE, url, _trouble_of_broker(url))


def browser() -> Service:
    """Chromium, the system's own, ready when its program is there."""
    named = os.environ.get(BROWSER_VARIABLE)
    programs = (named,) if named else BROWSERS
    found = next(filter(None, map(shutil.which, programs)), "")
    trouble = "" if found else f"there is no such program (Debian: apt-get install {BROWSERS[0]})"
    return Service("Chromium", BROWSER_VARIABLE, found or programs[0], trouble)


def gettext() -> Service:
    """The gettext tools, with which catalogues of translations are made."""
    missing = [tool for tool in GETTEXT_TOOLS if not shutil.which(tool)]
    trouble = f"there is no {missing[0]} (Debian: apt-get install gettext)" if missing else ""
    return Service("gettext", "", "", trouble)


def maintenance_url() -> str:
    """The database that is always there; Django, too, makes its test database over it."""
    return _maintenance(postgresql().url)


@contextmanager
def new_database(label: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, which is dropped afterwards."""
    import psycopg

    name = f"voicegather_{label}_{os.getpid()}"
    maintenance = maintenance_url()
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(maintenance)._replace(path=f"/{name}"))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _maintenance(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path="/postgres"))


def _trouble_of_database(url: str) -> str:
    import psycopg

    try:
        with psycopg.connect(_maintenance(url), connect_timeout=CONNECT_SECONDS) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as problem:
        return _first_line(problem)
    return "" if row and row[0] else "its user may not create databases (ALTER ROLE … CREATEDB)"


def _trouble_of_broker(url: str) -> str:
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        with Redis.from_url(
            url, socket_timeout=CONNECT_SECONDS, socket_connect_timeout=CONNECT_SECONDS
        ) as client:
            client.ping()
    except (RedisError, ValueError, OSError) as problem:
        return _first_line(problem)
    return ""


def _first_line(problem: BaseException) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0]


def main() -> int:
    """0 when all are ready; else says what is not."""
    missing = [
        service for service in (postgresql(), redis(), browser(), gettext()) if service.trouble
    ]
    for service in missing:
        sys.stdout.write(f"{service.name}: {service.trouble}\n")
    return len(missing)


if __name__ == "__main__":
    sys.exit(main())
