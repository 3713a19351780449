"""A caller erased: everywhere, at Telnyx too, whatever goes wrong on the way."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core import serializers
from django.core.files.storage import FileSystemStorage
from django.db.models import Model

from tests.services.erasing.conftest import NUMBER, ask, work
from tests.services.retention.conftest import OldCall
from voicegather.models import Call, CallEvent, Disclosure, Erasure, MenuTest, TelnyxDeletion
from voicegather.models.exports import export_storage
from voicegather.selectors.collected import ExportFilters
from voicegather.services import dispatch, jobs, moments
from voicegather.services.erasing import (
    ErasureError,
    close_without_telnyx,
    erasures_of,
    prepare_erasure,
    preview_of,
    read_subject,
    receipt_of,
    subject_of,
)
from voicegather.services.erasing import running as running_module
from voicegather.services.exports import Wish, ask_export
from voicegather.services.holds import hold_call, release_hold
from voicegather.simulator import FakeTelnyx

pytestmark = pytest.mark.django_db(transaction=True)


def everything_stored() -> str:
    """All rows of all tables of ours and of the admin's log, as text; what is sealed stays so."""
    models: list[type[Model]] = [*apps.get_app_config("voicegather").get_models(), LogEntry]
    rows = (row for model in models for row in model._default_manager.all())
    return serializers.serialize("jsonl", rows)


def test_nothing_of_the_caller_is_left_in_any_table_or_file(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    author = User.objects.create_superuser("officer")
    mine, other = called(3), called(3, caller="+13125550199", caller_e164="+13125550199")
    called(2, caller="sip:+13125550101@pbx.example.com")
    LogEntry.objects.log_actions(author.pk, [mine], CHANGE, "Called +13125550101 back.")
    menu, mine_was = mine.menu, mine.pk
    assert menu is not None
    MenuTest.objects.create(
        menu=menu, name="Mine", script={"start": {"caller": NUMBER}}, expectations={}
    )
    CallEvent.objects.create(
        source="telnyx",
        external_id="loose",
        event_type="call.initiated",
        occurred_at=moments.now(),
        received_at=moments.now(),
        payload={"from": NUMBER, "to": "+13125550100"},
    )
    reveal = {"kind": "value", "username": "officer"}
    for_call = Disclosure.objects.create(
        **reveal, model="call", object_id=mine.pk, call=mine, reason="Back on +1 312 555-0101"
    )
    for_subject = Disclosure.objects.create(
        **reveal, model="accessrequest", object_id=1, reason=f"Letter of {NUMBER}"
    )
    export = ask_export(
        Wish(
            owner=author,
            shape="wide",
            format="csv",
            filters=ExportFilters(),
            described={"filter": "q=%2B13125550101"},
        )
    )
    jobs.run_job(f"export:{export.pk}")
    export.refresh_from_db()
    assert export.rows == 3

    preview = preview_of(read_subject(NUMBER))
    assert (preview.calls, preview.exports, preview.held, preview.running) == (2, 1, [], [])
    assert ("gather results", 2) in preview.rows

    done = work(ask(reason="Letter of the person at +13125550101", author=author))

    assert (done.state, done.failure) == ("done", "")
    assert list(Call.objects.all()) == [other]
    assert "13125550101" not in everything_stored()
    for record in (for_call, for_subject):
        record.refresh_from_db()
    assert (for_call.reason, for_call.call_id) == ("Back on …", mine_was)
    assert for_subject.reason == "Letter of […]"
    assert done.sealed_subject is None
    assert done.reason == "Letter of the person at […]"
    assert done.counts["call"] == 2
    # The export is being made again without the calls.
    jobs.run_job(f"export:{export.pk}")
    export.refresh_from_db()
    assert (export.rows, export.gone) == (1, 2)
    with export_storage().open(export.file.name) as file:
        assert NUMBER not in file.read().decode()
    # Telnyx's own ids are known again as long as it may send them, and lead nowhere.
    left = CallEvent.objects.get(external_id=f"event-{mine.pk}-1")
    assert (left.payload, left.call_control_id, left.call_id) == ({}, "", None)


def test_the_receipt_tells_what_was_erased_and_that_it_was_this_number(
    called: OldCall, telnyx: FakeTelnyx, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    called(3)
    receipt = receipt_of(work(ask()))

    assert "        1  calls\n" in receipt
    assert "A letter" in receipt
    assert "5550101" not in receipt
    assert erasures_of(read_subject("+1 312 555 0101")).count() == 1
    assert not erasures_of(read_subject("+13125550102")).exists()
    # Also once there is a newer key.
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    old = __import__("os").environ["VOICEGATHER_ENCRYPTION_KEYS"]
    monkeypatch.setenv("VOICEGATHER_ENCRYPTION_KEYS", f"{key},{old}")
    assert erasures_of(read_subject(NUMBER)).count() == 1


def test_what_telnyx_does_not_delete_is_asked_for_again_until_it_is(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    called(3)
    telnyx.stop()

    waits = work(ask())

    assert waits.state == "waiting"
    assert "Telnyx has not deleted" in waits.failure
    assert waits.not_before > moments.now() + timedelta(seconds=30)
    assert not Call.objects.exists()
    assert {each.what for each in TelnyxDeletion.objects.all()} == {"leg", "conversation"}
    assert waits.sealed_subject is not None

    close_without_telnyx(waits, author=User.objects.create_user("officer"))
    assert dispatch.wait_until_idle(20)
    done = Erasure.objects.get()
    assert (done.state, done.counts["left_at_telnyx"]) == ("done", 2)
    with pytest.raises(ErasureError, match="does not wait for Telnyx"):
        close_without_telnyx(done, author=User.objects.get())


def test_a_held_call_refuses_and_says_who_can_release_it(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    call = called(3)
    keeper = User.objects.create_superuser("keeper")
    hold_call(call, reason="A lawsuit", author=keeper)

    with pytest.raises(ErasureError, match=rf"call #{call.pk}. Nothing was erased. .*: keeper\."):
        ask()
    release_hold(call, reason="Over", author=keeper)
    asked = ask()
    hold_call(call, reason="Another lawsuit", author=keeper)

    waits = work(asked)
    assert (waits.state, Call.objects.count()) == ("waiting", 1)
    assert "1 call was put under legal hold meanwhile" in waits.failure
    release_hold(call, reason="Over", author=keeper)
    assert work(asked).state == "done"
    assert not Call.objects.exists()


def test_a_call_that_runs_is_waited_for_and_one_that_begins_later_is_told_of(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    runs = called(0, phase="running", ended_at=None)
    called(3)
    asked = ask()
    later = called(0, started_at=moments.now() + timedelta(seconds=1))

    waits = work(asked)
    assert (waits.state, Call.objects.count()) == ("waiting", 2)
    assert "A call is not over yet" in waits.failure
    Call.objects.filter(pk=runs.pk).update(
        phase="ended", ended_at=moments.now() - timedelta(minutes=2)
    )
    done = work(asked)

    assert done.state == "done"
    assert list(Call.objects.all()) == [later]
    assert done.counts["newer_call"] == 1


def test_one_caller_is_erased_once_at_a_time_and_only_on_purpose(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    called(3)
    for wrong in ("", "0102", NUMBER):
        with pytest.raises(ErasureError, match="last 4 characters"):
            ask(confirmation=wrong)
    with pytest.raises(ErasureError, match="Say why"):
        ask(reason=" ")
    first = ask()
    with pytest.raises(ErasureError, match=f"being erased already: see erasure {first.pk}"):
        ask("+1 312 555 0101")
    assert work(first).state == "done"
    assert work(ask()).counts == {}


def test_a_call_of_a_withheld_number_is_erased_by_itself(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    hidden = {"caller": "anonymous", "caller_e164": None}
    one, other = called(3, **hidden), called(3, **hidden)
    subject = subject_of(one)

    done = work(prepare_erasure(subject, confirmation=str(one.pk), reason="A letter", author=None))

    assert (done.state, done.scope) == ("done", "call")
    assert list(Call.objects.all()) == [other]


def test_a_worker_killed_near_the_end_is_followed_by_one_that_ends_it(
    called: OldCall, telnyx: FakeTelnyx, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        called(3)
    monkeypatch.setattr(running_module, "CALLS_A_PAGE", 1)
    stroke, asked = running_module._stroke, ask()

    def dies(erasure: Any, named: Any, calls: Any, pace: Any) -> bool:
        if erasure.counts.get("call") == 2 and named[0] == "call":
            raise SystemExit
        return stroke(erasure, named, calls, pace)

    monkeypatch.setattr(running_module, "_stroke", dies)
    with pytest.raises(SystemExit):
        work(asked)
    monkeypatch.setattr(running_module, "_stroke", stroke)
    Erasure.objects.update(lease_until=moments.now() - timedelta(seconds=1))

    done = work(asked)

    assert (done.state, Call.objects.count()) == ("done", 0)
    assert (done.counts["call"], done.counts["gatherresult"]) == (3, 3)
    assert not TelnyxDeletion.objects.exists()


def test_a_storage_that_fails_keeps_the_erasure_open(
    called: OldCall, telnyx: FakeTelnyx, settings: Any
) -> None:
    author = User.objects.create_superuser("officer")
    called(3)
    export = ask_export(Wish(owner=author, shape="wide", format="csv", filters=ExportFilters()))
    jobs.run_job(f"export:{export.pk}")
    working = settings.STORAGES
    broken = {"BACKEND": "tests.services.erasing.test_running.BrokenStorage"}
    settings.STORAGES = {**working, "default": broken}

    waits = work(ask())
    assert (waits.state, Call.objects.count()) == ("waiting", 0)
    assert "storage for exports" in waits.failure

    settings.STORAGES = working
    done = work(waits)
    assert (done.state, done.counts["export_anew"]) == ("done", 1)
    assert dispatch.wait_until_idle(20)
    export.refresh_from_db()
    assert (export.state, export.rows, export.gone) == ("done", 0, 1)


def test_a_call_with_very_many_events_is_erased_in_strokes(
    called: OldCall, telnyx: FakeTelnyx
) -> None:
    call = called(40)
    CallEvent.objects.bulk_create(
        CallEvent(
            source="telnyx",
            external_id=f"many-{number}",
            event_type="call.dtmf.received",
            occurred_at=call.started_at,
            received_at=call.started_at,
            call=call,
        )
        for number in range(3_000)
    )
    done = work(ask())
    assert (done.state, done.counts["callevent"], CallEvent.objects.count()) == ("done", 3_001, 0)


class BrokenStorage(FileSystemStorage):
    def delete(self, name: str) -> None:
        raise PermissionError("read-only")
