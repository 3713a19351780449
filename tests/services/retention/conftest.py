from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.factories import (
    make_attempt,
    make_call,
    make_conversation,
    make_menu,
    make_result,
    make_turn,
    make_version,
    make_visit,
)
from voicegather.models import Call, CallCommand, CallEvent, CallLeg, ResultReview, RetentionRun
from voicegather.sealing import seal
from voicegather.services import jobs, moments
from voicegather.services.retention import Mode, prepare_run

OldCall = Callable[..., Call]


@pytest.fixture
def called(db: None) -> OldCall:
    """Makes a call that ended so many `days` ago, with a row in every table."""
    version = make_version(make_menu(), {"account": {}})

    def make(days: int, **fields: Any) -> Call:
        at = moments.now() - timedelta(days=days)
        call = make_call(
            version=version,
            **{
                "phase": "ended",
                "outcome": "completed",
                "started_at": at,
                "ended_at": at,
                **fields,
            },
        )
        leg = CallLeg.objects.create(
            call=call, call_control_id=f"v3:{call.pk}", role="caller", call_leg_id=f"leg-{call.pk}"
        )
        visit = make_visit(call)
        make_attempt(visit, "4711")
        ResultReview.objects.create(result=make_result(visit, "4711"), decision="accepted")
        make_turn(make_conversation(visit), "My account is 4711.")
        add_event(call, leg.call_control_id, at)
        CallCommand.objects.create(
            call=call,
            seq=1,
            command_id=f"00000000-0000-0000-0000-{call.pk:012d}",
            action="speak",
            sealed_params=seal({"payload": "4711"}),
            created_at=at,
            status="accepted",
        )
        return call

    return make


def add_event(call: Call, leg: str, at: Any, number: int = 1) -> CallEvent:
    return CallEvent.objects.create(
        source="telnyx",
        external_id=f"event-{call.pk}-{number}",
        call_control_id=leg,
        event_type="call.gather.ended",
        occurred_at=at,
        received_at=at,
        payload={"from": call.caller, "to": call.called},
        sealed=seal([[["digits"], "4711"]]),
        call=call,
        status="processed",
    )


def run(mode: Mode = Mode.REMOVE) -> RetentionRun:
    """A run, from its beginning to its end."""
    return work(prepare_run(mode))


def work(asked: RetentionRun) -> RetentionRun:
    jobs.run_job(f"retention:{asked.pk}")
    asked.refresh_from_db()
    return asked
