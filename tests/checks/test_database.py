"""What the database's settings tell, without a query."""

from __future__ import annotations

from typing import Any

import pytest

from project.settings.environment import SQLITE_OPTIONS
from tests.checks.conftest import Database, Site, ids

POSTGRESQL = "django.db.backends.postgresql"
SQLITE = "django.db.backends.sqlite3"


def test_postgresql_is_in_order(site: Site, database: Database) -> None:
    database(POSTGRESQL)
    assert site.check_deployment() == []


@pytest.mark.parametrize(
    "engine",
    ["django.db.backends.mysql", "django.db.backends.oracle", "django.db.backends.dummy"],
)
def test_another_database_is_an_error(site: Site, database: Database, engine: str) -> None:
    database(engine)
    (found,) = site.check_deployment()
    assert (found.id, found.msg) == ("voicegather.E014", f"Calls cannot be kept in {engine}.")


def test_a_driver_that_is_not_installed_is_an_error(
    site: Site, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database("tests.checks.database_without_driver")
    assert ids(site.check()) == ["E014"]


class ToTheArchive:
    """A router that keeps this app apart."""

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "archive"


def test_tables_in_another_database_than_the_default_are_an_error(
    site: Site, settings: Any
) -> None:
    settings.DATABASE_ROUTERS = [ToTheArchive()]
    (found,) = site.check()
    assert (found.id, found.msg) == (
        "voicegather.E015",
        "A database router sends voicegather's tables to archive.",
    )


def test_sqlite_as_this_site_sets_it_up_is_in_order(site: Site, database: Database) -> None:
    database(SQLITE, NAME="site.sqlite3", OPTIONS=SQLITE_OPTIONS)
    assert site.check() == []


def test_sqlite_as_django_sets_it_up_is_not(site: Site, database: Database) -> None:
    database(SQLITE, NAME="site.sqlite3")
    (found,) = site.check()
    assert found.id == "voicegather.W009"
    assert found.hint == (
        "Set in DATABASES['default']['OPTIONS']: 'transaction_mode': 'IMMEDIATE', 'timeout': 20, "
        "'init_command': 'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;'."
    )


@pytest.mark.parametrize(
    ("changes", "asked_for"),
    [
        ({"transaction_mode": "DEFERRED"}, "'transaction_mode': 'IMMEDIATE'"),
        ({"transaction_mode": None}, "'transaction_mode': 'IMMEDIATE'"),
        ({"timeout": 9}, "'timeout': 20"),
        ({"timeout": "20"}, "'timeout': 20"),
        ({"init_command": "PRAGMA journal_mode=DELETE;"}, "'init_command'"),
        ({"init_command": None}, "'init_command'"),
    ],
)
def test_what_sqlite_lacks_is_named_and_nothing_else(
    site: Site, database: Database, changes: dict[str, Any], asked_for: str
) -> None:
    database(SQLITE, NAME="site.sqlite3", OPTIONS=SQLITE_OPTIONS | changes)
    (found,) = site.check()
    assert str(found.hint).startswith(f"Set in DATABASES['default']['OPTIONS']: {asked_for}")
    assert str(found.hint).count("': ") == 1


@pytest.mark.parametrize(
    "options",
    [
        {"transaction_mode": "exclusive"},
        {"timeout": 10.5},
        {"init_command": "pragma Journal_Mode = 'wal'"},
    ],
)
def test_other_words_for_the_same_are_understood(
    site: Site, database: Database, options: dict[str, Any]
) -> None:
    database(SQLITE, NAME="site.sqlite3", OPTIONS=SQLITE_OPTIONS | options)
    assert site.check() == []


def test_nothing_is_asked_of_a_database_in_memory(site: Site, database: Database) -> None:
    database(SQLITE, NAME=":memory:")
    assert site.check() == []


def test_sqlite_in_production_is_told(site: Site, database: Database, settings: Any) -> None:
    database(SQLITE, NAME="site.sqlite3", OPTIONS=SQLITE_OPTIONS)
    assert ids(site.check_deployment()) == ["W010"]
    settings.DEBUG = True
    assert site.check_deployment() == []
