"""Large exports: one moment, one file, whatever happens while they are made."""

from __future__ import annotations

import errno
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from tests.factories import make_attempt, make_call, make_result, make_visit
from tests.services.exports.conftest import ask, content, run, stored
from voicegather.models import Call, Export, ExportPart, GatherResult, Menu, StepVisit
from voicegather.selectors.collected import ExportFilters, pages
from voicegather.services import clock, dispatch, jobs, moments
from voicegather.services.exports import forget_calls, parts
from voicegather.services.jobs import progress as progress_module

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("small_parts")]
FORMATS = ["csv", "jsonl", "xlsx"]


class WorkerKilled(BaseException):
    """As a worker ends that is killed: nothing of ours hears of it."""


def killed_after(monkeypatch: pytest.MonkeyPatch, calls: int, what: BaseException) -> None:
    """Have whoever runs an export end so after having read so many calls."""
    left = [calls]
    advance = progress_module.Progress.advance

    def until(self: Any, units: int = 1) -> None:
        advance(self, units)
        left[0] -= units
        if left[0] <= 0:
            left[0] = 10**9
            raise what

    monkeypatch.setattr(progress_module.Progress, "advance", until)


def lease_runs_out(export: Export) -> None:
    past = moments.now() - timedelta(seconds=1)
    Export.objects.filter(pk=export.pk).update(lease_until=past)


@pytest.mark.parametrize("shape", ["long", "wide"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_worker_killed_at_ninety_percent_is_followed_by_one_that_makes_the_same_file(
    analyst: Any, called: Any, monkeypatch: pytest.MonkeyPatch, shape: str, format: str
) -> None:
    called(10)
    moment = moments.now()
    whole = ask(analyst, shape=shape, format=format)
    Export.objects.filter(pk=whole.pk).update(as_of=moment)
    cut = ask(analyst, shape=shape, format=format)
    Export.objects.filter(pk=cut.pk).update(as_of=moment)
    killed_after(monkeypatch, 9, WorkerKilled())

    with pytest.raises(WorkerKilled):
        run(cut)
    assert cut.parts.count() == 4
    make_result(make_visit(make_call(), "late"), "9")
    lease_runs_out(cut)
    cut = run(cut)
    whole = run(whole)

    assert (cut.state, cut.rows, cut.tries) == ("done", 10, 2)
    assert content(cut) == content(whole)


def test_a_dead_workers_export_is_taken_up_by_the_clock(
    analyst: Any, called: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(4)
    export = ask(analyst)
    killed_after(monkeypatch, 2, WorkerKilled())
    with pytest.raises(WorkerKilled):
        run(export)
    lease_runs_out(export)

    found: list[str] = []
    monkeypatch.setattr(clock.dispatch, "enqueue_job", lambda key, queue: found.append(key))
    clock.Clock().tick()

    assert f"export:{export.pk}" in found


def test_while_one_worker_has_it_another_does_nothing(
    analyst: Any, called: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(4)
    export = ask(analyst)
    killed_after(monkeypatch, 2, WorkerKilled())
    with pytest.raises(WorkerKilled):
        run(export)

    assert run(export).state == "running"
    assert export.parts.count() == 0


def test_it_holds_what_was_there_when_it_was_asked_for(analyst: Any, called: Any) -> None:
    first, *_rest = called(3)
    export = ask(analyst, shape="long", format="jsonl")
    make_attempt(first.visits.get(), "7")
    make_result(make_visit(first, "later"), "8")
    make_attempt(make_visit(make_call()), "9")

    export = run(export)

    assert export.rows == 3
    assert b"later" not in content(export)


def test_a_call_that_ends_meanwhile_is_under_way_in_it(analyst: Any, called: Any) -> None:
    (call,) = called(1)
    export = ask(analyst)
    call.ended_at = moments.now()
    call.save()

    lines = content(run(export)).decode().splitlines()

    assert lines[1].split(",")[2] == ""
    assert lines[1].split(",")[8] == ""


def test_calls_erased_meanwhile_are_taken_out_and_counted(
    analyst: Any, called: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = called(6)
    export = ask(analyst)
    killed_after(monkeypatch, 5, WorkerKilled())
    with pytest.raises(WorkerKilled):
        run(export)
    calls[0].delete()
    calls[5].delete()
    lease_runs_out(export)

    export = run(export)

    assert (export.state, export.rows, export.gone) == ("done", 4, 2)
    entered = [line.split(",")[9] for line in content(export).decode().splitlines()[1:]]
    assert entered == ["2", "3", "4", "5"]


def test_a_file_that_is_ready_is_made_anew_without_what_was_erased(
    analyst: Any, called: Any, settings: Any
) -> None:
    calls = called(4)
    export = run(ask(analyst))
    only = ExportFilters(calls=Call.objects.filter(pk=calls[3].pk))
    other = run(ask(analyst, filters=only))
    erased = calls[1].pk
    calls[1].delete()

    assert forget_calls([erased]) == 1
    assert dispatch.wait_until_idle()
    export = Export.objects.get(pk=export.pk)

    assert (export.state, export.rows, export.gone) == ("done", 3, 1)
    assert len(stored(settings)) == 2
    assert Export.objects.get(pk=other.pk).rows == 1


def test_a_menu_deleted_meanwhile_loses_no_answer(
    analyst: Any, called: Any, clinic: Menu, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(4)
    export = ask(analyst, filters=ExportFilters(menu="clinic"))
    killed_after(monkeypatch, 3, WorkerKilled())
    with pytest.raises(WorkerKilled):
        run(export)
    delete(clinic)
    lease_runs_out(export)

    assert run(export).state == "waiting"
    Export.objects.filter(pk=export.pk).update(not_before=moments.now())
    export = run(export)

    head, *lines = content(export).decode().splitlines()
    assert export.state == "done"
    assert head.split(",")[9:] == ["deleted menu/account.digits"]
    assert [line.split(",")[9] for line in lines] == ["1", "2", "3", "4"]


def delete(menu: Menu) -> None:
    """As the admin does it; versions go with it."""
    Call.objects.update(menu=None, version=None)
    StepVisit.objects.update(version=None)
    GatherResult.objects.update(menu=None)
    Menu.objects.update(live_version=None)
    menu.versions.all().delete()
    menu.delete()


def test_a_menu_renamed_meanwhile_changes_no_heading(
    analyst: Any, called: Any, clinic: Menu, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(4)
    export = ask(analyst)
    killed_after(monkeypatch, 3, WorkerKilled())
    with pytest.raises(WorkerKilled):
        run(export)
    Menu.objects.update(slug="surgery")
    lease_runs_out(export)

    text = content(run(export)).decode()

    assert "clinic/account.digits" in text
    assert "surgery" not in text


def test_stopped_it_leaves_nothing_and_can_be_tried_again(
    analyst: Any, called: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    called(6)
    export = ask(analyst)
    monkeypatch.setattr(progress_module, "WRITE_SECONDS", 0.0)
    write = parts._store

    def stop_after_the_first(export: Export, number: int, piece: Any) -> None:
        write(export, number, piece)
        jobs.cancel(export)

    monkeypatch.setattr(parts, "_store", stop_after_the_first)
    export = run(export)
    assert (export.state, export.parts.count(), stored(settings)) == ("cancelled", 0, [])

    monkeypatch.setattr(parts, "_store", write)
    assert jobs.retry(export)
    assert dispatch.wait_until_idle()
    export = Export.objects.get(pk=export.pk)
    assert (export.state, export.rows) == ("done", 6)


@pytest.mark.parametrize("whole_parts", [0, 1, 3])
def test_a_full_storage_is_told_and_leaves_nothing_behind(
    analyst: Any,
    called: Any,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    whole_parts: int,
) -> None:
    called(6)
    export = ask(analyst)
    save, saved = FileSystemStorage._save, []

    def full(self: Any, name: str, content: Any) -> str:
        if len(saved) == whole_parts:
            half = settings.MEDIA_ROOT / name
            half.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        saved.append(name)
        return save(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    export = run(export)
    assert export.state == "failed"
    assert export.failure == "The storage for exports is full. Make room, then try again."
    assert (stored(settings), ExportPart.objects.count()) == ([], 0)

    monkeypatch.setattr(FileSystemStorage, "_save", save)
    assert jobs.retry(export)
    assert dispatch.wait_until_idle()
    assert Export.objects.get(pk=export.pk).state == "done"


def test_what_is_left_when_it_is_done_is_one_file(analyst: Any, called: Any, settings: Any) -> None:
    called(6)

    export = run(ask(analyst, format="xlsx"))

    assert stored(settings) == [export.file.name]
    assert export.file.name.startswith(f"voicegather/exports/{export.token}/")
    assert export.size == len(content(export))
    assert export.expires_at > moments.now() + timedelta(days=6)


def test_queries_a_page_do_not_depend_on_how_much_was_gathered(
    analyst: Any, called: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(pages, "CALLS_A_PAGE", 100)
    monkeypatch.setattr(parts, "CALLS_A_PART", 100)
    for count in (3, 30):
        called(count)
        export = ask(analyst)
        with django_assert_max_num_queries(36):
            run(export)
