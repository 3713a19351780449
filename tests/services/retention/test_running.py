"""What retention removes, and what it leaves: class by class, in short strokes."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from django.db.models import Model

from tests.services.retention.conftest import OldCall, add_event, run, work
from voicegather.engine.state import CallState
from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    DataClass,
    GatherAttempt,
    GatherResult,
    RetentionRun,
    Turn,
)
from voicegather.sealing import key_names, seal, unseal
from voicegather.selectors.hanging import hanging_on_calls
from voicegather.services import clock, moments
from voicegather.services.holds import hold_call, release_hold
from voicegather.services.receive import receive_event
from voicegather.services.retention import Mode, RetentionError, prepare_run, set_rules
from voicegather.services.retention import calls as calls_module
from voicegather.services.retention.asking import start_daily
from voicegather.services.retention.events import KNOWN_AGAIN
from voicegather.services.retention.pace import FEWEST, MOST, TARGET_SECONDS, Pace
from voicegather.services.rotation import count_keys

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keep(settings: Any) -> Any:
    def days(**kept: int | None) -> None:
        settings.VOICEGATHER = {**settings.VOICEGATHER, "RETENTION_DAYS": kept}

    return days


def test_raw_webhooks_go_and_young_ones_stay_known_without_content(
    called: OldCall, keep: Any
) -> None:
    keep(webhooks=5)
    old, young, new = called(40), called(6), called(4)

    done = run()

    assert (done.state, done.failure) == ("done", "")
    assert not old.events.exists()
    left = young.events.get()
    assert (left.payload, left.sealed, left.external_id) == ({}, None, f"event-{young.pk}-1")
    assert new.events.get().payload == {"from": "+13125550101", "to": "+13125550100"}
    assert done.counts["webhooks"]["rows"] == 2
    young.refresh_from_db()
    assert young.removed == {"webhooks": moments.now().date().isoformat()}
    # Nothing else went: the entry is there, and so is the call.
    assert GatherAttempt.objects.count() == 3


def test_answers_go_with_their_copies_wherever_these_are(called: OldCall, keep: Any) -> None:
    keep(answers=30)
    state = CallState(token="t", variables={})
    document = state.to_document() | {
        "variables": {"account": {"value": "4711", "sensitivity": "normal"}}
    }
    old, new = called(31, sealed_state=seal(document)), called(29)

    run()

    assert not GatherResult.objects.filter(call=old).exists()
    assert not GatherAttempt.objects.filter(visit__call=old).exists()
    assert old.events.get().sealed is None
    assert old.commands.get().sealed_params == b""
    # A rotation of keys does not take what is empty for what no key opens.
    assert [each.name for each in count_keys()] == key_names()[:1]
    old.refresh_from_db()
    assert CallState.load(unseal(old.sealed_state)).variables == {}
    assert list(old.visits.values_list("step_key", flat=True)) == ["account"]
    assert GatherResult.objects.get(call=new).value == "4711"


def test_whole_calls_leave_nothing_in_any_table(called: OldCall, keep: Any) -> None:
    keep(calls=365)
    called(400)
    kept = called(300)

    done = run()

    assert list(Call.objects.all()) == [kept]
    of_others = [each.of([kept.pk]).count() for each in hanging_on_calls()]
    assert [each.model._default_manager.count() for each in hanging_on_calls()] == of_others
    assert done.counts["calls"]["rows"] > 8


def test_every_table_that_a_call_takes_along_is_known() -> None:
    """Rows that Django would delete with a call, one by one in memory, are deleted in batches."""
    from django.apps import apps

    def hangs(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
        targets = [
            field.related_model
            for field in model._meta.concrete_fields
            if field.is_relation and field.remote_field.on_delete.__name__ == "CASCADE"
        ]
        return Call in targets or any(
            hangs(each, seen | {model}) for each in targets if each not in seen
        )

    known = {each.model for each in hanging_on_calls()}
    assert {model for model in apps.get_models() if hangs(model)} <= known


def test_a_dry_run_counts_what_would_go_and_removes_nothing(called: OldCall, keep: Any) -> None:
    keep(answers=30, transcripts=30)
    old = called(31)
    called(29)

    dry = run(Mode.DRY)

    assert dry.counts["answers"]["rows"] == 5
    assert dry.counts["answers"]["bytes"] > 0
    assert dry.counts["answers"]["oldest"] == old.started_at.isoformat()
    assert dry.counts["transcripts"]["rows"] == 2
    assert GatherResult.objects.count() == Turn.objects.count() == 2
    old.refresh_from_db()
    assert old.removed is None


def test_held_and_running_calls_are_passed_by_and_taken_once_they_are_free(
    called: OldCall, keep: Any
) -> None:
    keep(webhooks=30, answers=30, transcripts=30, commands=30, calls=30)
    held, running = called(40), called(40, phase="running")
    keeper = User.objects.create_user("keeper")
    hold_call(held, reason="A complaint", author=keeper)

    first = run()

    assert {each["held"] for each in first.counts.values()} == {1}
    assert {each["running"] for each in first.counts.values()} == {1}
    assert GatherResult.objects.count() == 2
    assert held.events.get().sealed is not None

    release_hold(held, reason="Settled", author=keeper)
    run()
    assert list(Call.objects.all()) == [running]


def test_the_daily_run_is_made_once_and_does_not_walk_old_calls_again(
    called: OldCall, keep: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(answers=30)
    held = called(90)
    keeper = User.objects.create_user("keeper")
    hold_call(held, reason="A complaint", author=keeper)
    called(80)
    monkeypatch.setattr("voicegather.services.jobs.start", lambda job: None)
    noon = moments.now().replace(hour=12)
    start_daily(noon)
    start_daily(noon)
    work(RetentionRun.objects.get())

    walked: list[Any] = []
    pages = calls_module._free_of
    monkeypatch.setattr(
        calls_module, "_free_of", lambda round_, rows: walked.extend(rows) or pages(round_, rows)
    )
    release_hold(held, reason="Settled", author=keeper)
    start_daily(noon + timedelta(days=1))
    second = work(RetentionRun.objects.order_by("-pk")[0])

    assert second.state == "done"
    assert [pk for _, pk in walked] == [held.pk]
    assert not GatherResult.objects.exists()


def test_a_worker_that_dies_is_followed_by_one_that_does_the_rest(
    called: OldCall, keep: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(calls=30)
    for _ in range(10):
        called(40)
    monkeypatch.setattr(calls_module, "CALLS_A_PAGE", 1)
    asked = prepare_run(Mode.REMOVE)
    carried_out = calls_module.carry_out
    left = iter(range(9))

    def dies_at_nine_tenths(*args: Any) -> bool:
        if next(left, None) is None:
            raise SystemExit
        return carried_out(*args)

    monkeypatch.setattr(calls_module, "carry_out", dies_at_nine_tenths)
    with pytest.raises(SystemExit):
        work(asked)
    assert Call.objects.count() == 1
    monkeypatch.setattr(calls_module, "carry_out", carried_out)
    RetentionRun.objects.update(lease_until=moments.now() - timedelta(seconds=1))

    done = work(asked)

    assert (done.state, Call.objects.count()) == ("done", 0)
    assert done.counts["calls"]["rows"] == 10 * 10


def test_a_call_with_very_many_events_goes_in_many_strokes(called: OldCall, keep: Any) -> None:
    keep(calls=30)
    call = called(40)
    at = call.started_at
    template = add_event(call, "v3:many", at, 2)
    CallEvent.objects.bulk_create(
        [
            CallEvent(
                source="telnyx",
                external_id=f"many-{number}",
                event_type=template.event_type,
                occurred_at=at,
                received_at=at,
                call=call,
            )
            for number in range(5_000)
        ]
    )

    done = run()

    assert done.state == "done"
    assert (Call.objects.count(), CallEvent.objects.count()) == (0, 0)


def test_a_stroke_is_sized_by_how_long_the_last_one_took() -> None:
    pace = Pace()
    first = pace.size
    pace.took(TARGET_SECONDS * 4)
    assert pace.size == first // 4
    for _ in range(20):
        pace.took(0)
    assert pace.size == MOST
    pace.took(1000)
    assert pace.size == FEWEST


def test_a_webhook_that_comes_again_after_its_content_went_is_known(
    called: OldCall, keep: Any
) -> None:
    keep(calls=1)
    call = called(2)
    call.events.update(external_id="again", received_at=moments.now() - timedelta(days=2))

    run()

    assert not Call.objects.exists()
    body = {
        "data": {
            "event_type": "call.initiated",
            "id": "again",
            "payload": {"call_control_id": f"v3:{call.pk}", "from": "+13125550101"},
        }
    }
    assert receive_event(json.dumps(body).encode()).stored is False
    left = CallEvent.objects.get()
    assert (left.payload, left.call_control_id, left.call_id) == ({}, "", None)
    CallEvent.objects.update(received_at=moments.now() - KNOWN_AGAIN - timedelta(days=1))
    keep(webhooks=1)
    run()
    assert not CallEvent.objects.exists()


@pytest.mark.services
def test_webhooks_are_taken_in_while_a_stroke_holds_its_locks(called: OldCall, keep: Any) -> None:
    """The insert runs into no lock at all: it would be refused after a tenth of a second."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time; strokes are short there.")
    keep(webhooks=30)
    old = [called(40) for _ in range(3)]
    answers: list[Any] = []

    def deliver() -> None:
        body = {
            "data": {
                "event_type": "call.dtmf.received",
                "id": uuid4().hex,
                "payload": {"call_control_id": f"v3:{old[0].pk}", "digit": "1"},
            }
        }
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            answers.append(receive_event(json.dumps(body).encode()).stored)
        finally:
            connections.close_all()

    with transaction.atomic():
        work(prepare_run(Mode.REMOVE))
        assert not CallEvent.objects.exists()
        thread = threading.Thread(target=deliver)
        thread.start()
        thread.join(20)
        assert answers == [True]
    assert CallEvent.objects.count() == 1


def test_rules_of_staff_count_before_settings(keep: Any) -> None:
    keep(webhooks=30)
    author = User.objects.create_user("officer")
    with pytest.raises(RetentionError, match="1 to 36500"):
        set_rules({DataClass.CALLS: 0}, author=author)
    set_rules({DataClass.WEBHOOKS: None}, author=author)
    with pytest.raises(RetentionError, match="for ever"):
        prepare_run(Mode.REMOVE)
    set_rules({DataClass.COMMANDS: 7}, author=author)
    assert list(prepare_run(Mode.REMOVE).cutoffs) == ["commands"]
    with pytest.raises(RetentionError, match="under way"):
        prepare_run(Mode.REMOVE)


def test_the_clock_has_it_done(called: OldCall, keep: Any, settings: Any) -> None:
    keep(commands=1)
    settings.VOICEGATHER = {**settings.VOICEGATHER, "RETENTION_HOUR": 0}
    called(2)
    clock.Clock().tick()
    from voicegather.services import dispatch

    assert dispatch.wait_until_idle(20)
    assert RetentionRun.objects.get().state == "done"
    assert not CallCommand.objects.exists()
