"""Environment variables read into Django's settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

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

#: How long a request waits for one of the pool's connections: a webhook has two seconds in all.
POOL_WAIT_SECONDS = 1.0
#: The pool doubles its pauses between two tries for so long, then a request may try again. With
#: the library's five minutes a database that came back would be looked for minutes later.
POOL_RECONNECT_SECONDS = 1.0


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


def whole_number(name: str, default: int) -> int:
    """A variable's number, `default` when it is unset or empty; raises ImproperlyConfigured."""
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def is_on(name: str, default: str) -> bool:
    """Whether a variable is "1" and not "0", `default` when it is unset or empty.

    Raises ImproperlyConfigured for anything else: "true" must not quietly mean no.
    """
    text = os.environ.get(name) or default
    if text not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {text!r}.")
    return text == "1"


def database_from_url(url: str) -> dict[str, Any]:
    """Django's settings for ``sqlite:///path`` or ``postgres://user:password@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": dict(SQLITE_OPTIONS),
        }
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"DATABASE_URL must begin with sqlite: or postgres:, not {parts.scheme}:")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(POSTGRESQL_OPTIONS),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def pooled(database: dict[str, Any], size: int) -> dict[str, Any]:
    """The same PostgreSQL database through a pool of up to `size` connections a process."""
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
        # Webhooks' one statement is prepared when it comes again; Django prepares none itself.
        "OPTIONS": {**database["OPTIONS"], "pool": pool, "prepare_threshold": 1},
    }


def through_pgbouncer(database: dict[str, Any]) -> dict[str, Any]:
    """The same PostgreSQL database through a PgBouncer that lends connections by transaction."""
    return {**database, "DISABLE_SERVER_SIDE_CURSORS": True}
