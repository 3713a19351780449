from __future__ import annotations

import os
from pathlib import Path

import pytest
from celery.signals import heartbeat_sent

import project.celery  # noqa: F401
from voicegather.heartbeat import VARIABLE, beat

LONG_AGO = 1_000_000_000


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "heartbeat"
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def test_a_beat_makes_the_file(file: Path) -> None:
    beat()

    assert file.read_bytes() == b""


def test_a_further_beat_makes_it_young_again(file: Path) -> None:
    file.touch()
    os.utime(file, (LONG_AGO, LONG_AGO))

    beat()

    assert file.stat().st_mtime > LONG_AGO


def test_without_the_variable_nothing_is_touched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)

    beat()

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_touched_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "missing" / "heartbeat"))

    beat()

    assert list(tmp_path.iterdir()) == []


def test_a_worker_beats_as_often_as_celery_does(file: Path) -> None:
    heartbeat_sent.send(sender=None)

    assert file.exists()
