from __future__ import annotations

import pytest
import yaml

from voicegather.simulator import (
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
    ScriptError,
    StaySilent,
    Wait,
    parse_script,
)

EVERYTHING = """
- hear: "Welcome"
- press: "12#"
  after: 1
  gap: 0.5
- press_now: "*"
- stay_silent
- wait: 2
- answer: {age: 29, city: Paris}
- answer: {age: 29}
  say: "Nearly thirty"
  reply: "Is that so?"
  after: 2
- say: "Hello?"
  reply: "Yes?"
- converse: ["Hello?", "Good morning."]
  ends: assistant
  after: 1
- ai_fails
- hang_up_during_gather: 0.5
"""


def test_every_action_is_read() -> None:
    assert parse_script(yaml.safe_load(EVERYTHING)) == (
        Hear("Welcome"),
        Press("12#", after=1.0, gap=0.5),
        PressNow("*", gap=0.2),
        StaySilent(),
        Wait(2.0),
        Say("29, Paris", {"age": 29, "city": "Paris"}),
        Say("Nearly thirty", {"age": 29}, "Is that so?", after=2.0),
        Say("Hello?", reply="Yes?"),
        Converse(("Hello?", "Good morning."), Ending.ASSISTANT, after=1.0),
        AiFails(),
        HangUpDuringGather(0.5),
    )


def test_a_key_is_pressed_three_tenths_of_a_second_into_a_gather() -> None:
    assert parse_script([{"press": "1"}])[0] == Press("1", after=0.3, gap=0.2)


@pytest.mark.parametrize(
    ("items", "steps"),
    [
        ([], (ExpectEnd(),)),
        (["stay_silent"], (StaySilent(), ExpectEnd())),
        (["expect_end"], (ExpectEnd(),)),
        (["hang_up"], (HangUp(),)),
        ([{"hang_up_during_gather": 1}], (HangUpDuringGather(1.0),)),
    ],
)
def test_every_script_ends_with_an_end(items: list[object], steps: object) -> None:
    assert parse_script(items) == steps


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("jump", "is none of press, press_now"),
        ({"jump": 1}, "is none of press, press_now"),
        ({"press": 12}, "needs its keys in quotes"),
        ({"press": "1x"}, "may press the keys"),
        ({"press": ""}, "may press the keys"),
        ({"press": "1", "before": 2}, "does not take before"),
        ({"press": "1", "after": "soon"}, "needs a time in seconds"),
        ({"press": "1", "after": -1}, "needs a time in seconds"),
        ({"press_now": "1", "after": 1}, "does not take after"),
        ({"wait": True}, "needs a time in seconds"),
        ({"wait": float("nan")}, "needs a time in seconds"),
        ({"wait": 1, "after": 1}, "does not take after"),
        ({"hear": ""}, "needs the text to hear"),
        ({"hear": 5}, "needs the text to hear"),
        ({"answer": 5}, "needs fields and their values"),
        ({"answer": {}}, "needs at least one field"),
        ({"answer": {1: 2}}, "needs fields and their values"),
        ({"answer": {"age": 29}, "gap": 1}, "does not take gap"),
        ({"answer": {"age": 29}, "say": 29}, "needs words"),
        ({"say": 29}, "needs words"),
        ({"say": "Yes", "reply": ""}, "needs words"),
        ({"say": "Yes", "after": "soon"}, "needs a time in seconds"),
        ({"converse": "Hello?"}, "needs a list of lines"),
        ({"converse": []}, "needs a list of lines"),
        ({"converse": [5]}, "needs words"),
        ({"converse": ["Hello?"], "ends": "me"}, "ends by one of nobody, caller, assistant"),
        ({"ai_fails": True}, "takes no value"),
        ({"hang_up": 3}, "takes no value"),
        ({"hang_up_during_gather": None}, "needs a time in seconds"),
        (5, "must be a word or a mapping"),
        ({}, "must be a word or a mapping"),
        ([], "must be a word or a mapping"),
    ],
)
def test_a_mistake_names_its_item(item: object, message: str) -> None:
    with pytest.raises(ScriptError) as raised:
        parse_script(["stay_silent", item])
    assert str(raised.value).startswith("Item 2 of the script (")
    assert message in str(raised.value)


@pytest.mark.parametrize("items", ["hang_up", {"press": "1"}, 5, None])
def test_a_script_is_a_list(items: object) -> None:
    with pytest.raises(ScriptError, match="A script is a list of actions"):
        parse_script(items)
