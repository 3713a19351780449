"""The site's own functions, really run for a test call: where the tester asked for that only."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

from django.db import connections
from django.utils.translation import gettext as _

from voicegather.engine.codec import to_json
from voicegather.engine.secret import Secret
from voicegather.models import Call
from voicegather.services.handlers.calling import outcome_of
from voicegather.services.handlers.jobs import Job
from voicegather.services.handlers.outcomes import Failed, Judged, Outcome, Returned
from voicegather.services.queueing import RUN_HANDLER, RUN_VALIDATORS
from voicegather.services.trials.acts import Act, Fail, Judge, Return, Verdict
from voicegather.services.trials.network import Line


def asks_the_site(line: Line) -> bool:
    """Whether the call waits for a handler or for validators."""
    return line.network.handler is not None or line.network.validators is not None


def run_functions(line: Line) -> Act:
    """Run what the call waits for, as a worker would, and return what it says as an act.

    A function that takes longer than its step allows has failed, whatever it returns later.
    """
    handler, validators = line.network.handler, line.network.validators
    asked = handler or validators
    assert asked is not None
    action = RUN_HANDLER if handler is not None else RUN_VALIDATORS
    state = line.state
    call = Call(token=state.token, caller=state.caller, called=state.called)
    job = Job(uuid4(), asked.seq, action, call, leg="", sealed_params=b"")
    outcomes: list[Outcome] = []
    params: dict[str, Any] = to_json(asked.command)
    thread = threading.Thread(target=_run, args=(job, params, outcomes), daemon=True)
    thread.start()
    thread.join(asked.command.timeout_s)
    taken_too_long = Failed(
        _("took longer than %(timeout_s)s s") % {"timeout_s": asked.command.timeout_s}
    )
    return _as_act(outcomes[0] if outcomes else taken_too_long)


def _run(job: Job, params: dict[str, Any], outcomes: list[Outcome]) -> None:
    try:
        outcomes.append(outcome_of(job, params, ()))
    finally:
        connections.close_all()


def _as_act(outcome: Outcome) -> Act:
    match outcome:
        case Returned():
            values = {name: Secret(text) for name, text in outcome.values.items()}
            return Return(values, outcome.exit)
        case Judged():
            return Judge(
                {
                    name: Verdict(said.accepted, Secret(said.value), said.reason)
                    for name, said in outcome.verdicts.items()
                }
            )
        case Failed():
            return Fail(outcome.reason)
