from __future__ import annotations

import pytest

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


def test_another_database_is_refused_by_name():
    with pytest.raises(ValueError, match="not mysql:"):
        database_from_url("mysql://db.example/calls")


def test_a_list_is_split_at_commas():
    assert listed(" a, b ,,c") == ["a", "b", "c"]
