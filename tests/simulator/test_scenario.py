from __future__ import annotations

from pathlib import Path

import pytest

from voicegather.simulator import (
    Assistant,
    ExpectEnd,
    Press,
    Scenario,
    ScenarioCaller,
    ScriptError,
    Target,
    load_scenario,
)

GOOD = """
callers:
  - name: presses two
    from: "+131255501{n}"
    to: "+13125550100"
    weight: 3
    script:
      - press: "2"
  - from: anonymous
    to: "+13125550100"
targets:
  "+13125550199": {fate: busy, ring_seconds: 3}
  "+13125550197": {answered_by: machine, beeps: false, greeting_seconds: 4}
  "+13125550198":
    script: [expect_end]
assistants:
  assistant-1: {greeting: Good morning., idle_seconds: 20}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_scenario_is_read(tmp_path: Path) -> None:
    assert load_scenario(write(tmp_path, GOOD)) == Scenario(
        callers=(
            ScenarioCaller(
                "presses two",
                "+131255501{n}",
                "+13125550100",
                (Press("2"), ExpectEnd()),
                3.0,
            ),
            ScenarioCaller("caller 2", "anonymous", "+13125550100", (ExpectEnd(),), 1.0),
        ),
        targets={
            "+13125550199": Target("busy", ring_seconds=3),
            "+13125550197": Target(answered_by="machine", beeps=False, greeting_seconds=4),
            "+13125550198": Target(script=(ExpectEnd(),)),
        },
        assistants={"assistant-1": Assistant(greeting="Good morning.", idle_seconds=20)},
    )


def test_callers_of_one_kind_have_numbers_of_their_own() -> None:
    caller = ScenarioCaller("anna", "+131255501{n}", "+13125550100", ())
    assert [caller.number(call) for call in (0, 7, 99, 100)] == [
        "+13125550100",
        "+13125550107",
        "+13125550199",
        "+13125550100",
    ]


CALLER = '{name: anna, from: "+13125550101", to: "+13125550100"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("callers: [", "is not YAML"),
        ("[]", "needs a list of callers"),
        ("callers: 5", "needs a list of callers"),
        ("callers: []", "needs at least one caller"),
        (f"callers: [{CALLER}}}]\nspeed: 5", "knows callers, targets, assistants only"),
        ("callers: [5]", "Caller 1 must be a mapping"),
        ('callers: [{name: anna, to: "+13125550100"}]', "Caller 'anna' needs `from:`"),
        ("callers: [{name: anna, from: +13125550101}]", "Caller 'anna' needs `from:`"),
        (f"callers: [{CALLER}, age: 5}}]", "Caller 'anna' has unknown keys: age"),
        (f"callers: [{CALLER}, weight: 0}}]", "weight must be a number above 0"),
        (f"callers: [{CALLER}, weight: heavy}}]", "weight must be a number above 0"),
        (f"callers: [{CALLER}, script: [jump]}}]", "Caller 'anna': Item 1 of the script"),
        (f"callers: [{CALLER}}}]\ntargets: [5]", "`targets:` maps destinations"),
        (f"callers: [{CALLER}}}]\nassistants: [5]", "`assistants:` maps ids"),
        (f"callers: [{CALLER}}}]\nassistants: {{x: 5}}", "Assistant x must be a mapping"),
        (f"callers: [{CALLER}}}]\nassistants: {{x: {{mood: good}}}}", "unknown keys: mood"),
        (f"callers: [{CALLER}}}]\nassistants: {{x: {{greeting: 5}}}}", "must be text"),
        (f"callers: [{CALLER}}}]\ntargets: {{x: 5}}", "Target x must be a mapping"),
        (f"callers: [{CALLER}}}]\ntargets: {{x: {{fate: sleepy}}}}", "one of answer, busy"),
        (f"callers: [{CALLER}}}]\ntargets: {{x: {{mood: good}}}}", "unknown keys: mood"),
        (f"callers: [{CALLER}}}]\ntargets: {{x: {{ring_seconds: long}}}}", "number of seconds"),
        (f"callers: [{CALLER}}}]\ntargets: {{x: {{beeps: 5}}}}", "beeps must be true or false"),
        (f"callers: [{CALLER}}}]\ntargets: {{x: {{answered_by: cat}}}}", "answered_by is one of"),
        (f"callers: [{CALLER}}}]\ntargets: {{x: {{ring_seconds: -1}}}}", "not be negative"),
        (f"callers: [{CALLER}}}]\ntargets: {{x: {{script: [jump]}}}}", "Target x: Item 1"),
    ],
)
def test_a_mistake_in_a_scenario_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ScriptError) as raised:
        load_scenario(write(tmp_path, text))
    assert message in str(raised.value)
