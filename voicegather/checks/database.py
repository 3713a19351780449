"""The database by its settings, without a query."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from voicegather.checks.registering import TAG

ALIAS = "default"
_SHORTEST_WAIT = 10
_WAL = re.compile(r"journal_mode\s*[=(]\s*[\"']?wal", re.IGNORECASE)


@register(TAG)
def check_routing(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A call's rows are locked and written in transactions of the default database."""
    models = apps.get_app_config("voicegather").get_models()
    others = sorted({router.db_for_write(model) for model in models} - {ALIAS})
    if not others:
        return []
    return [
        Error(
            f"A database router sends voicegather's tables to {', '.join(others)}.",
            hint=f"Have it leave the app to {ALIAS!r}: calls are worked on there alone.",
            id="voicegather.E015",
        )
    ]


@register(TAG)
def check_vendor(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Others lack what the inbox needs, such as ON CONFLICT and partial indexes."""
    if is_supported():
        return []
    return [
        Error(
            f"Calls cannot be kept in {_settings()['ENGINE']}.",
            hint=(
                "Use PostgreSQL 14 or newer, with its driver installed "
                "(pip install 'voicegather[postgresql]'), or SQLite."
            ),
            id="voicegather.E014",
        )
    ]


@register(TAG)
def check_sqlite(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Webhooks, workers and the clock write at the same time; SQLite must be told so."""
    if not _is_sqlite_in_a_file():
        return []
    lacking = _lacking(_settings().get("OPTIONS") or {})
    if not lacking:
        return []
    return [
        Warning(
            "SQLite is not set up for several writers: calls would fail with “database is locked”.",
            hint=f"Set in DATABASES[{ALIAS!r}]['OPTIONS']: {', '.join(lacking)}.",
            id="voicegather.W009",
        )
    ]


@register(TAG, deploy=True)
def check_sqlite_in_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """SQLite carries a site of a few calls, not more."""
    if settings.DEBUG or not is_supported() or connections[ALIAS].vendor != "sqlite":
        return []
    return [
        Warning(
            "Calls are kept in SQLite, which lets one process write at a time.",
            hint=(
                "Every webhook, every step of a call and the clock wait for each other, all of "
                "them on one machine. Use PostgreSQL for more than a few calls at once."
            ),
            id="voicegather.W010",
        )
    ]


def is_supported() -> bool:
    """Whether the default database can be loaded, and is one that the app works with."""
    return _vendor() in ("sqlite", "postgresql")


def _vendor() -> str:
    engine = _settings()["ENGINE"]
    if engine in ("django.db.backends.mysql", "django.db.backends.oracle"):
        # Without loading its driver, which need not be there.
        return str(engine.rpartition(".")[2])
    try:
        return connections[ALIAS].vendor
    except ImproperlyConfigured:
        return "unknown"


def _settings() -> dict[str, Any]:
    found: dict[str, Any] = connections.settings[ALIAS]
    return found


def _is_sqlite_in_a_file() -> bool:
    if _vendor() != "sqlite":
        return False
    connection: BaseDatabaseWrapper = connections[ALIAS]
    in_memory = getattr(connection, "is_in_memory_db", None)
    return in_memory is None or not in_memory()


def _lacking(options: dict[str, Any]) -> list[str]:
    """What SQLite's OPTIONS should say and do not."""
    lacking = []
    if str(options.get("transaction_mode") or "").upper() not in ("IMMEDIATE", "EXCLUSIVE"):
        lacking.append("'transaction_mode': 'IMMEDIATE'")
    timeout = options.get("timeout")
    if not isinstance(timeout, int | float) or timeout < _SHORTEST_WAIT:
        lacking.append("'timeout': 20")
    if not _WAL.search(str(options.get("init_command") or "")):
        lacking.append("'init_command': 'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;'")
    return lacking
