"""The examples of docs/testing.md, run against a small application."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from voicegather.simulator import (
    FakeTelnyx,
    Scenario,
    load_scenario,
    parse_script,
    run_load,
)

from .conftest import CLINIC
from .receiver import Received, Receiver

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "What is your name?"},
        "age": {"type": "integer", "description": "How old are you?"},
    },
    "required": ["name", "age"],
}


def section(heading: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def scenario(heading: str, folder: Path) -> Scenario:
    """The scenario of a section."""
    (block,) = re.findall(r"```yaml\n(.*?)```", section(heading), re.DOTALL)
    path = folder / "scenario.yaml"
    path.write_text(block, encoding="utf-8")
    return load_scenario(path)


def actions_of_the_table() -> list[str]:
    rows = re.findall(r"^\| (`.*?) \| ", section("What a caller can do"), re.MULTILINE)
    return [item for row in rows for item in re.findall(r"`(.+?)`", row)]


def test_every_action_is_in_the_table() -> None:
    from voicegather.simulator.script import READERS

    items = [json.loads(item) for item in actions_of_the_table()]
    named = {item if isinstance(item, str) else next(iter(item)) for item in items}
    assert named == set(READERS)


@pytest.mark.parametrize("item", actions_of_the_table())
def test_an_action_of_the_table_can_be_read(item: str) -> None:
    assert len(parse_script([json.loads(item), "expect_end"])) == 2


def test_callers_speak_as_the_example_says(
    telnyx: FakeTelnyx, receiver: Receiver, actions: Any, tmp_path: Path
) -> None:
    def ask(event: Received) -> None:
        actions.gather_using_ai(
            event.call, parameters=SCHEMA, greeting="Please tell me your name and your age."
        )

    def end(event: Received) -> None:
        if event.payload["from"] != "+13125550104":
            actions.hangup(event.call)

    receiver.on("call.initiated", lambda event: actions.answer(event.call))
    receiver.on("call.answered", ask)
    receiver.on("call.ai_gather.ended", end)
    example = scenario("Callers who speak", tmp_path)
    results: dict[str, tuple[str, Any]] = {}
    for caller in example.callers:
        outcome = telnyx.place_call(script=caller.script, from_=caller.from_, to=caller.to).wait()
        assert outcome.problems == [], caller.name
        (ended,) = (
            one.payload for one in outcome.webhooks if one.event_type == "call.ai_gather.ended"
        )
        results[caller.name] = (ended["status"], ended["result"])
    assert results == {
        "gives everything at once": ("valid", {"name": "Anna", "age": 29}),
        "is asked again, and gets a type wrong": (
            "valid",
            {"name": "Bo", "age": "about thirty"},
        ),
        "says nothing": ("invalid", {}),
        "hangs up midway": ("invalid", {"name": "Cy"}),
        "meets a provider that fails": ("client_error", None),
    }


def test_assistants_talk_as_the_example_says(
    telnyx: FakeTelnyx, receiver: Receiver, actions: Any, tmp_path: Path
) -> None:
    assistant = {"id": "assistant-1", "dynamic_variables": {"name": "Anna"}}
    receiver.on("call.initiated", lambda event: actions.answer(event.call))
    receiver.on(
        "call.answered",
        lambda event: actions.start_ai_assistant(event.call, assistant=assistant),
    )
    receiver.on(
        "call.conversation.ended",
        lambda event: (
            actions.hangup(event.call) if event.payload["reason"] == "assistant_ended" else None
        ),
    )
    report = run_load(telnyx, scenario("Assistants", tmp_path), calls=12, concurrency=4)
    assert (report.problems, report.unfinished) == ((), 0)
    assert {(tally.name, tally.ended_by) for tally in report.tallies} == {
        ("is helped", "application"),
        ("has heard enough", "caller"),
    }
    receiver.wait_for("call.conversation_insights.generated", count=12)


def test_targets_do_what_the_example_says(
    telnyx: FakeTelnyx, receiver: Receiver, client: Any, tmp_path: Path
) -> None:
    schema = {
        "type": "object",
        "properties": {"coming": {"type": "boolean"}},
        "required": ["coming"],
    }

    def react(event: Received) -> None:
        if event.payload["result"] == "human":
            client.calls.actions.gather_using_ai(
                event.call, parameters=schema, greeting="This is a reminder. Will you come?"
            )
        else:
            client.calls.actions.hangup(event.call)

    receiver.on("call.machine.detection.ended", react)
    telnyx.targets.update(scenario("Who is rung", tmp_path).targets)
    for number in telnyx.targets:
        client.calls.dial(
            connection_id=telnyx.connection_id,
            from_=CLINIC,
            to=number,
            answering_machine_detection="detect",
        )
    receiver.wait_for("call.hangup", count=3)
    ends = {
        one.payload["to"]: (one.payload["hangup_cause"], one.payload["hangup_source"])
        for one in receiver.of_type("call.hangup")
    }
    assert ends == {
        "+13125550111": ("normal_clearing", "callee"),
        "+13125550112": ("normal_clearing", "caller"),
        "+13125550113": ("user_busy", "callee"),
    }
    assert receiver.wait_for("call.ai_gather.ended").payload["result"] == {"coming": True}
    (rung,) = (caller.wait() for caller in telnyx.rung)
    assert (rung.to, rung.problems) == ("+13125550111", [])
    assert rung.heard == ["This is a reminder. Will you come?"]
