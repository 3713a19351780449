"""What only the database can tell."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from django.core.checks import Tags
from django.core.checks.registry import registry
from django.db import NotSupportedError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

from tests.checks.conftest import Database, Site, ids
from tests.factories import make_menu, make_version
from voicegather import handlers
from voicegather.models import Menu, PhoneNumber


@pytest.mark.django_db
def test_a_database_in_order_is_let_through(site: Site) -> None:
    assert site.check_database() == []


@pytest.mark.django_db
def test_other_checks_ask_it_nothing(site: Site) -> None:
    with CaptureQueriesContext(connection) as queries:
        site.check_deployment()
    assert queries.captured_queries == []


def test_the_check_that_asks_is_tagged_so() -> None:
    ours = [each for each in registry.get_checks(True) if "voicegather" in each.tags]
    asking = [each.__name__ for each in ours if each.__module__ == "voicegather.checks.stored"]
    assert [each.__name__ for each in ours if Tags.database in each.tags] == asking
    assert asking == ["check_database"]


@pytest.mark.django_db
def test_another_database_is_another_command(site: Site, django_assert_num_queries: Any) -> None:
    PhoneNumber.objects.create(number="+13125550100", connection="eu")
    with django_assert_num_queries(0):
        registry.run_checks(tags=["voicegather"], databases=["archive"])


@pytest.mark.django_db
def test_a_database_that_django_finds_too_old_is_an_error(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: BaseDatabaseWrapper) -> None:
        raise NotSupportedError("PostgreSQL 14 or later is required (found 13.4).")

    monkeypatch.setattr(BaseDatabaseWrapper, "check_database_version_supported", refuse)
    (found,) = site.check_database()
    assert (found.id, found.msg) == (
        "voicegather.E016",
        "PostgreSQL 14 or later is required (found 13.4).",
    )


@pytest.fixture
def postgresql_at(database: Database, django_db_blocker: Any) -> Any:
    def place(port: int) -> None:
        database(
            "django.db.backends.postgresql",
            NAME="private-name",
            USER="private-user",
            HOST="127.0.0.1",
            PORT=str(port),
        )

    with django_db_blocker.unblock():
        yield place


def test_a_database_that_refuses_breaks_no_check(site: Site, postgresql_at: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    postgresql_at(port)
    (found,) = site.check_database()
    assert (found.id, found.msg) == (
        "voicegather.W011",
        "The database 'default' could not be asked (OperationalError).",
    )


@pytest.mark.timeout(15)
def test_a_database_that_hangs_holds_no_check_up(site: Site, postgresql_at: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        postgresql_at(server.getsockname()[1])
        assert ids(site.check_database()) == ["W011"]


@pytest.mark.django_db
def test_numbers_of_a_connection_that_is_not_configured_are_told_once(site: Site) -> None:
    for last in range(3):
        PhoneNumber.objects.create(number=f"+1312555010{last}", connection="eu")
    PhoneNumber.objects.create(number="+13125550109")
    (found,) = site.check_database()
    assert (found.id, found.msg) == (
        "voicegather.W012",
        "Phone numbers use the Telnyx connection 'eu', which is not in the settings.",
    )
    assert site.check_database(CONNECTIONS={"eu": {"api_key": "KEY1"}}) == []


@pytest.mark.django_db
def test_before_the_first_migration_nothing_is_said_of_numbers(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PhoneNumber._meta, "db_table", "no_such_table")
    assert site.check_database() == []


STEPS = {
    "look": {"kind": "handler", "config": {"handler": "balance"}},
    "web": {"kind": "handler", "config": {"handler": "http"}},
    "ask": {"config": {"prompt": "question", "validator": "account_number"}},
}


@pytest.mark.django_db
def test_functions_that_live_menus_name_and_nobody_registered_are_told(site: Site) -> None:
    make_version(make_menu(), STEPS)
    assert [(found.id, found.msg) for found in site.check_database()] == [
        (
            "voicegather.W014",
            f"The live menu 'clinic' names the {sort} {name!r} in its step {step!r}, which is not "
            "registered.",
        )
        for sort, name, step in (
            ("handler", "balance", "look"),
            ("validator", "account_number", "ask"),
        )
    ]
    with handlers.restored():
        handlers.handler("balance")(lambda call: None)
        handlers.validator("account_number")(lambda value, call: None)
        assert site.check_database() == []


@pytest.mark.django_db
def test_menus_that_are_not_live_may_name_anything(site: Site) -> None:
    menu = make_menu()
    make_version(menu, STEPS)
    make_version(menu, {"ask": {"config": {}}})
    assert site.check_database() == []


@pytest.mark.django_db
def test_before_the_first_migration_nothing_is_said_of_menus(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_version(make_menu(), STEPS)
    monkeypatch.setattr(Menu._meta, "db_table", "no_such_table")
    assert site.check_database() == []
