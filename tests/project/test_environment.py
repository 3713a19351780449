from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from project.settings.environment import database_from_url, listed


def test_a_sqlite_file_lets_readers_and_one_writer_work_together():
    database = database_from_url("sqlite:////var/lib/site%20one/db.sqlite3")
    assert database["NAME"] == "/var/lib/site one/db.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_a_postgresql_url_is_taken_apart():
    database = database_from_url("postgres://ivr:p%40ss@db.example:5433/calls")
    assert [database[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "ivr",
        "p@ss",
        "db.example",
        "5433",
        "calls",
    ]


def test_what_follows_a_question_mark_is_for_the_driver():
    url = "postgres://ivr@db.example/calls?sslmode=verify-full&connect_timeout=1"
    options = database_from_url(url)["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("verify-full", "1")
    assert options["keepalives_idle"] == 5


def test_a_postgresql_may_listen_on_a_socket_of_this_machine():
    assert database_from_url("postgres://%2Frun%2Fpostgresql/calls")["HOST"] == "/run/postgresql"


def test_another_database_is_refused_by_name():
    with pytest.raises(ImproperlyConfigured, match="not mysql:"):
        database_from_url("mysql://db.example/calls")


@pytest.mark.parametrize(
    "url",
    [
        "postgres://ivr:guess#me@db.example:5432/calls",
        "postgres://ivr:guess[me@db.example:5432/calls",
        "postgres://ivr:guess@db.example:port/calls",
        "postgres://ivr:guess@db.example:99999/calls",
        "'postgres://ivr:guess@db.example/calls'",
        "postgres://ivr:guess@db.example",
        "sqlite:///",
        "guess",
    ],
)
def test_a_url_that_cannot_be_read_is_shown_how_to_write_it_and_never_quoted(url):
    with pytest.raises(ImproperlyConfigured, match="postgres://user:password@host:5432/name") as it:
        database_from_url(url)
    assert str(it.value).startswith("DATABASE_URL ")
    assert "guess" not in str(it.value)
    assert it.value.__cause__ is None
    assert it.value.__suppress_context__ or it.value.__context__ is None


def test_a_list_is_split_at_commas():
    assert listed(" a, b ,,c") == ["a", "b", "c"]
