from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from voicegather.health import Condition, Report
from voicegather.models import Export, PromptVariant
from voicegather.services.doctor.findings import Finding, Verdict, within
from voicegather.services.doctor.parts import look_at_parts, look_at_storage

PARTS = ("database", "migrations", "clock", "events", "broker", "sealing")


def told(queues: dict[str, Condition] | None = None, **conditions: Condition) -> dict[str, Finding]:
    report = Report(dict.fromkeys(PARTS, Condition.OK) | conditions, queues or {})
    return {each.what: each for each in look_at_parts(report)}


@pytest.fixture
def celery(settings: Any) -> None:
    settings.VOICEGATHER = {"DISPATCH": "celery"}


def test_all_parts_are_well_by_name() -> None:
    assert {name: each.verdict for name, each in told().items()} == dict.fromkeys(
        ("database", "migrations", "broker", "workers", "clock", "events"), Verdict.OK
    )


@pytest.mark.parametrize(
    ("part", "condition", "verdict", "advice"),
    [
        ("database", Condition.FAILING, Verdict.FAILED, "DATABASES"),
        ("migrations", Condition.FAILING, Verdict.FAILED, "manage.py migrate"),
        ("clock", Condition.DEGRADED, Verdict.WARNING, "voicegather_clock"),
        ("events", Condition.FAILING, Verdict.FAILED, "workers"),
    ],
)
def test_what_is_ill_says_what_to_do(
    part: str, condition: Condition, verdict: Verdict, advice: str
) -> None:
    found = told(**{part: condition})[part]
    assert found.verdict is verdict
    assert advice in found.advice


def test_what_only_the_database_could_tell_is_left_out_without_it() -> None:
    found = told(
        database=Condition.FAILING,
        migrations=Condition.FAILING,
        clock=Condition.FAILING,
        events=Condition.FAILING,
    )
    assert set(found) == {"database", "broker"}


@pytest.mark.usefixtures("celery")
def test_a_broker_that_is_away_is_a_warning_for_calls_go_on() -> None:
    assert told(broker=Condition.DEGRADED)["broker"].verdict is Verdict.WARNING


@pytest.mark.usefixtures("celery")
def test_a_queue_without_workers_is_a_failure_with_the_command_to_run() -> None:
    found = told({"voicegather.calls": Condition.FAILING})["workers"]
    assert found.verdict is Verdict.FAILED
    assert "--pool threads --queues voicegather.calls" in found.advice


class TestStorage:
    pytestmark = pytest.mark.django_db

    @pytest.fixture
    def storage(self, monkeypatch: pytest.MonkeyPatch) -> InMemoryStorage:
        """The storage of exports, with one file in it."""
        storage = InMemoryStorage()
        field: Any = Export._meta.get_field("file")
        monkeypatch.setattr(field, "storage", storage)
        storage.save("voicegather/exports/one.csv", ContentFile(b"one"))
        Export.objects.create(file="voicegather/exports/one.csv")
        return storage

    def test_a_storage_that_nothing_is_in_is_not_looked_at(self) -> None:
        assert not PromptVariant.objects.exists()
        (found,) = look_at_storage()
        assert found.detail.startswith("not used")

    def test_a_storage_in_use_is_tried_and_left_as_it_was(self, storage: InMemoryStorage) -> None:
        (found,) = look_at_storage()
        assert (found.verdict, found.detail) == (Verdict.OK, "takes files")
        assert storage.listdir("voicegather") == (["exports"], [])

    def test_a_storage_that_cannot_be_written_is_a_failure(
        self, storage: InMemoryStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*args: Any) -> str:
            raise PermissionError("fake-secret")

        monkeypatch.setattr(storage, "save", refuse)
        (found,) = look_at_storage()
        assert found.verdict is Verdict.FAILED
        assert "(PermissionError)" in found.detail
        assert "fake-secret" not in found.detail + found.advice


def test_a_look_that_takes_too_long_ends() -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.1, lambda: time.sleep(1))
    assert time.monotonic() - began < 0.9
