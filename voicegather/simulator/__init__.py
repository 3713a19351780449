"""A strict fake Telnyx with scripted callers, for demos, tests and load. Loopback only.

    with FakeTelnyx(webhook_url="http://127.0.0.1:8000/voicegather/webhook/") as telnyx:
        script = parse_script([{"press": "2"}])
        caller = telnyx.place_call(script=script, from_="+13125550101", to="+13125550100")
        outcome = caller.wait()

It knows Telnyx's public documentation and nothing of the rest of voicegather, so that it cannot
share a mistake with what it tests.
"""

from __future__ import annotations

from voicegather.simulator.assistants import Assistant, StartFailure
from voicegather.simulator.callers import Caller
from voicegather.simulator.errors import (
    CallerStillOnTheLineError,
    NotLoopbackError,
    ScriptError,
    SimulatorError,
)
from voicegather.simulator.fake import FakeTelnyx
from voicegather.simulator.faults import Faults
from voicegather.simulator.load import LoadReport, Tally, run_load
from voicegather.simulator.outcomes import CallerOutcome
from voicegather.simulator.quirks import Quirks, Rejected
from voicegather.simulator.recorder import RecordingFailure
from voicegather.simulator.recordings import Download
from voicegather.simulator.records import Attempt, Delivery, Fate, RecordedCommand
from voicegather.simulator.report import Report
from voicegather.simulator.scenario import Scenario, ScenarioCaller, load_scenario
from voicegather.simulator.script import (
    AiFails,
    Converse,
    Ending,
    ExpectEnd,
    HangUp,
    HangUpDuringGather,
    Hear,
    Press,
    PressNow,
    Say,
    Script,
    StaySilent,
    Step,
    Wait,
    parse_script,
)
from voicegather.simulator.targets import AnsweredBy, Target, TargetFate

__all__ = [
    "AiFails",
    "AnsweredBy",
    "Assistant",
    "Attempt",
    "Caller",
    "CallerOutcome",
    "CallerStillOnTheLineError",
    "Converse",
    "Delivery",
    "Download",
    "Ending",
    "ExpectEnd",
    "FakeTelnyx",
    "Fate",
    "Faults",
    "HangUp",
    "HangUpDuringGather",
    "Hear",
    "LoadReport",
    "NotLoopbackError",
    "Press",
    "PressNow",
    "Quirks",
    "RecordedCommand",
    "RecordingFailure",
    "Rejected",
    "Report",
    "Say",
    "Scenario",
    "ScenarioCaller",
    "Script",
    "ScriptError",
    "SimulatorError",
    "StartFailure",
    "StaySilent",
    "Step",
    "Tally",
    "Target",
    "TargetFate",
    "Wait",
    "load_scenario",
    "parse_script",
    "run_load",
]
