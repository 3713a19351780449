"""Environment variables read into Django's settings."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

#: SQLite as a server needs it: readers beside one writer, and writers that wait for each other.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}

#: A server that vanished is noticed within seconds: a webhook has two.
POSTGRESQL_OPTIONS = {
    "connect_timeout": 3,
    "tcp_user_timeout": 2000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}

#: A broker that vanished, too: a worker that waits for calls says nothing itself, and the system
#: would look after it in two hours.
REDIS_OPTIONS = {
    "socket_keepalive": True,
    "socket_keepalive_options": {
        socket.TCP_KEEPIDLE: 5,
        socket.TCP_KEEPINTVL: 2,
        socket.TCP_KEEPCNT: 2,
        # In milliseconds, for what was sent and is not acknowledged. macOS has no such limit.
        **({socket.TCP_USER_TIMEOUT: 5000} if hasattr(socket, "TCP_USER_TIMEOUT") else {}),
    },
}

#: How long a request waits for one of the pool's connections: a webhook has two seconds in all.
POOL_WAIT_SECONDS = 1.0
#: The pool doubles its pauses between two tries for so long, then a request may try again. With
#: the library's five minutes a database that came back would be looked for minutes later.
POOL_RECONNECT_SECONDS = 1.0

_URL_FORM = "It is postgres://user:password@host:5432/name, or sqlite:///path."
_SITE_NAME = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")
_BROKER_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HEADER = re.compile(r"(?!HTTP_)[A-Za-z0-9-]+", re.IGNORECASE)


def listed(text: str) -> list[str]:
    """The parts of a comma-separated variable."""
    return [part.strip() for part in text.split(",") if part.strip()]


def require(variables: Mapping[str, str]) -> None:
    """Raises ImproperlyConfigured unless all of `variables`, names to what they are, are set.

    One message names every variable that is missing or empty.
    """
    missing = {
        name: what for name, what in variables.items() if not listed(os.environ.get(name, ""))
    }
    if not missing:
        return
    width = max(map(len, missing))
    raise ImproperlyConfigured(
        "These environment variables are missing or empty:\n"
        + "".join(f"  {name:{width}}  {what}\n" for name, what in missing.items())
        + "Set them: .env.example names and explains all there are."
    )


def whole_number(name: str, default: int, *, least: int = 0) -> int:
    """A variable's number, `default` when it is unset or empty; raises ImproperlyConfigured."""
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.")
    if int(text) < least:
        raise ImproperlyConfigured(f"{name} must be {least} or more, not {text}.")
    return int(text)


def is_on(name: str, default: str) -> bool:
    """Whether a variable is "1" and not "0", `default` when it is unset or empty.

    Raises ImproperlyConfigured for anything else: "true" must not quietly mean no.
    """
    text = os.environ.get(name) or default
    if text not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {text!r}.")
    return text == "1"


def site_names(name: str, default: str) -> list[str]:
    """The names that a variable lists, as Django's ALLOWED_HOSTS; raises ImproperlyConfigured.

    With a scheme or a port Django would take them, and refuse every request.
    """
    names = listed(os.environ.get(name) or default)
    for each in names:
        if not _SITE_NAME.fullmatch(each):
            raise ImproperlyConfigured(
                f"{name} takes names alone, by comma, such as ivr.example.com: {each!r} is none."
            )
    return names


def broker_url(name: str) -> str:
    """The address that a variable holds, "" when it is unset; raises ImproperlyConfigured.

    Celery takes whatever has no scheme for the name of a RabbitMQ. The address is never quoted:
    it may hold a password.
    """
    text = os.environ.get(name, "")
    if text and not _BROKER_URL.match(text):
        raise ImproperlyConfigured(
            f"{name} must be an address such as redis://host:6379/0, with its redis:// in front."
        )
    return text


def broker_options(url: str) -> dict[str, Any]:
    """What Celery is to ask of the connections to a broker."""
    return dict(REDIS_OPTIONS) if url.startswith(("redis://", "rediss://")) else {}


def header(name: str) -> str:
    """The header that a variable names, as WSGI has it; "" when it is unset or empty.

    Raises ImproperlyConfigured for what names none: Django would wait for it for ever.
    """
    text = os.environ.get(name, "")
    if not text:
        return ""
    if not _HEADER.fullmatch(text):
        raise ImproperlyConfigured(
            f"{name} must be a header's name alone, such as X-Forwarded-Proto, not {text!r}."
        )
    return f"HTTP_{text.upper().replace('-', '_')}"


def database_from_url(url: str) -> dict[str, Any]:
    """Django's settings for ``sqlite:///path`` or ``postgres://user:password@host:port/name``.

    What follows a question mark goes to libpq: ``?sslmode=verify-full``. Raises
    ImproperlyConfigured, and never quotes the URL, which holds a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read. {_URL_FORM} Signs in a password are written as in "
            "addresses: @ is %40, : is %3A, / is %2F, # is %23, ? is %3F, [ is %5B."
        ) from None
    if parts.scheme not in ("sqlite", "postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"DATABASE_URL must begin with sqlite: or postgres:, not {parts.scheme}:"
            if parts.scheme
            else f"DATABASE_URL must begin with sqlite: or postgres:. {_URL_FORM}"
        )
    if not (path := unquote(parts.path[1:])):
        raise ImproperlyConfigured(f"DATABASE_URL does not name a database. {_URL_FORM}")
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": path,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A folder of a socket, too: %2Fvar%2Frun%2Fpostgresql.
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": POSTGRESQL_OPTIONS | dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def pooled(database: dict[str, Any], size: int, *, kept_seconds: int = 0) -> dict[str, Any]:
    """The same PostgreSQL database through a pool of up to `size` connections a process.

    A thread keeps its connection for so many seconds: only where there is one for each.
    """
    pool = {
        "min_size": 0,
        "max_size": size,
        "timeout": POOL_WAIT_SECONDS,
        "reconnect_timeout": POOL_RECONNECT_SECONDS,
    }
    return {
        **database,
        # It looks at connections itself, and better than the pool does.
        "ENGINE": "project.pooled",
        "CONN_HEALTH_CHECKS": False,
        # Django refuses a pool beside connections that a thread keeps for itself.
        "CONN_MAX_AGE": 0,
        "KEPT_SECONDS": kept_seconds,
        # Webhooks' one statement is prepared when it comes again; Django prepares none itself.
        "OPTIONS": {**database["OPTIONS"], "pool": pool, "prepare_threshold": 1},
    }


def through_pgbouncer(database: dict[str, Any]) -> dict[str, Any]:
    """The same PostgreSQL database through a PgBouncer that lends connections by transaction."""
    return {**database, "DISABLE_SERVER_SIDE_CURSORS": True}
