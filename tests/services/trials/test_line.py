"""A test call as a pure function: what callers, networks and sites can do in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import ask, choice, line, load, load_steps, say, words
from tests.services.trials.calling import AT, Caller, commands, said
from voicegather.engine.events import AnsweredBy
from voicegather.engine.secret import Secret
from voicegather.models import Calendar
from voicegather.services.trials.acts import Press, read_act
from voicegather.services.trials.errors import ActError
from voicegather.services.trials.line import perform
from voicegather.services.trials.network import Line

pytestmark = pytest.mark.django_db

SECOND = 1_000


def any_key(**settings: Any) -> dict[str, Any]:
    return ask(choice(any=True), **settings)


def with_model(step: dict[str, Any]) -> Caller:
    exits = ("failure", "done", "time_limit")
    choices = [choice("late" if name == "time_limit" else "bye", exit=name) for name in exits]
    late = {"kind": "hangup", "prompt": "question"}
    return Caller(load_steps({"talk": step | {"choices": choices}, "late": late}, entry="talk"))


def intake(**settings: Any) -> Caller:
    exits = ("no_input", "invalid", "failure", "done")
    fields = [
        {"name": "age", "description": "Age", "type": "integer"},
        {"name": "member", "description": "Is a member", "type": "boolean", "required": False},
    ]
    step = {"kind": "ai_gather", "fields": fields, "greeting": "question", "attempts": 2}
    steps = {"talk": step | {"choices": [choice(exit=name) for name in exits]} | settings}
    return Caller(load_steps(steps, entry="talk"))


def site(name: str = "clinic_offer", **settings: Any) -> Caller:
    choices = [choice("told", exit="done"), choice("bye", exit="failure"), choice(exit="full")]
    step = {"kind": "handler", "handler": name, "variables": ["hour"], "choices": choices}
    told = {"kind": "hangup", "prompt": "told"}
    prompts = {"question": words("Press 1."), "told": words("At {{ hour }}.")}
    steps = {"look": step | settings, "told": told, "bye": {"kind": "hangup"}}
    return Caller(load(line(entry="look", steps=steps, prompts=prompts)))


def ringing(**settings: Any) -> Caller:
    exits = ("busy", "no_answer", "failure")
    step = {"kind": "transfer", "to": "+13125550177", "choices": [choice(exit=n) for n in exits]}
    return Caller(load_steps({"ring": step | settings}, entry="ring"))


def test_a_call_is_answered_and_the_first_question_asked() -> None:
    caller = Caller(load(line()))

    assert commands(caller.log) == ["answer", "gather_using_speak"]
    assert said(caller.log) == ["Press 1."]
    assert caller.steps == ["ask"]


def test_a_key_takes_its_choice_and_the_menu_hangs_up() -> None:
    caller = Caller(load(line()))

    log = caller.press("1")

    assert [entry["kind"] for entry in log] == [
        "act",
        "result",
        "exit",
        "step",
        "exit",
        "command",
        "end",
    ]
    assert (caller.steps, caller.outcome) == (["ask", "bye"], "completed")


def test_a_wrong_key_is_a_wrong_entry_and_silence_is_silence() -> None:
    caller = Caller(
        load(
            line(
                steps={
                    "ask": any_key() | {"choices": [choice(digits="1")]},
                    "bye": {"kind": "hangup"},
                }
            )
        )
    )

    assert {"kind": "attempt", "outcome": "invalid"} in caller.press("2")
    assert {"kind": "attempt", "outcome": "no_input"} in caller.silent()


def test_keys_of_a_longer_entry_wait_for_the_rest_and_silence_ends_it() -> None:
    caller = Caller(load(line(steps={"ask": any_key(maximum_digits=4), "bye": {"kind": "hangup"}})))

    assert [entry["kind"] for entry in caller.press("12")] == ["act"]
    before = caller.line.now
    caller.silent()

    assert caller.variables() == {"ask": "12"}
    assert caller.line.now - before < 10 * SECOND


def test_the_ending_key_is_no_part_of_the_entry() -> None:
    caller = Caller(load(line(steps={"ask": any_key(maximum_digits=4), "bye": {"kind": "hangup"}})))

    caller.press("12#")

    assert caller.variables() == {"ask": "12"}


def test_keys_pressed_in_one_go_are_typed_ahead() -> None:
    steps = {"ask": ask(choice("more", digits="1")), "more": ask(choice(digits="2"))}
    caller = Caller(load_steps(steps, entry="ask"))

    caller.press("12")

    assert (caller.steps, caller.outcome) == (["ask", "more", "bye"], "completed")
    assert caller.variables() == {"ask": "1", "more": "2"}


def test_a_message_is_heard_to_its_end_before_the_call_goes_on() -> None:
    steps = {"hello": say("ask", uninterrupted=True), "ask": any_key()}
    caller = Caller(load_steps(steps, entry="hello"))

    assert commands(caller.log) == ["answer", "speak", "gather_using_speak"]
    assert caller.line.now > AT + SECOND


def test_opening_hours_are_those_of_the_pretended_moment() -> None:
    weekly = {"wednesday": [["09:00", "17:00"]]}
    Calendar.objects.create(key="desk", zone="America/Chicago", weekly=weekly)
    choices = [choice("ask", exit="open"), choice("bye", exit="closed")]
    branch = {"kind": "branch", "calendar": "desk", "choices": choices}
    menu = load_steps({"hours": branch, "ask": any_key()}, entry="hours")

    assert Caller(menu, at=AT).steps == ["hours", "ask"]
    assert Caller(menu, at=AT + 12 * 3600 * SECOND).steps == ["hours", "bye"]


@pytest.mark.parametrize(
    ("who", "step"), [(AnsweredBy.HUMAN, "ask"), (AnsweredBy.MACHINE, "bye"), (None, "ask")]
)
def test_a_placed_call_knows_who_answers(who: AnsweredBy | None, step: str) -> None:
    choices = [choice("ask", exit="human"), choice("bye", exit="machine")]
    branch = {"kind": "branch", "machine": True, "choices": choices}

    caller = Caller(load_steps({"who": branch, "ask": any_key()}, entry="who"), answered_by=who)

    assert caller.steps == ["who", step]


def test_a_submenu_is_its_live_version_and_a_menu_that_enters_itself_is_the_draft() -> None:
    from voicegather.services.menus import publish_menu

    inner = line(menu="inner", steps={"deep": any_key(), "bye": {"kind": "hangup"}}, entry="deep")
    publish_menu(menu=load(inner))
    enter = {"kind": "submenu", "menu": "inner", "choices": [choice(exit="done")]}

    caller = Caller(load_steps({"go": enter}, entry="go"))

    assert [(each.menu, each.step) for each in caller.line.path] == [
        ("line", "go"),
        ("inner", "deep"),
    ]


def test_an_ai_gather_takes_what_the_tester_says_that_the_model_understood() -> None:
    caller = intake()
    caller.do({"act": "say", "text": "I am thirty."})

    caller.do({"act": "answer", "values": {"age": "30", "member": "true"}})

    assert caller.variables() == {"age": "30", "member": "true"}
    assert (caller.steps, caller.outcome) == (["talk", "bye"], "completed")


def test_an_ai_gather_without_an_answer_asks_once_more() -> None:
    caller = intake()

    log = caller.do({"act": "answer", "values": {"member": "false"}})
    assert commands(log) == ["gather_using_ai"]
    log = caller.silent()

    assert {"kind": "attempt", "outcome": "no_input"} in log
    assert caller.steps == ["talk", "bye"]


def test_an_answer_of_the_wrong_type_is_refused_as_in_a_call() -> None:
    caller = intake(attempts=1)

    log = caller.do({"act": "answer", "values": {"age": "about thirty"}})

    assert {"kind": "exit", "exit": "invalid", "step": "talk"} in log


def test_an_assistant_talks_until_it_ends_fails_or_takes_too_long() -> None:
    step = {"kind": "assistant", "assistant": "assistant-1", "time_limit_seconds": 60}
    ended, failed, late = with_model(step), with_model(step), with_model(step)
    ended.do({"act": "say", "text": "Hello?"})

    assert commands(ended.log)[-1] == "ai_assistant_start"
    ended.do({"act": "assistant_ends"})
    log = failed.do({"act": "model_fails"})
    stopped = late.silent()

    assert ended.steps == ["talk", "bye"]
    assert {"kind": "exit", "exit": "failure", "step": "talk"} in log
    assert commands(stopped)[0] == "ai_assistant_stop"
    assert late.steps == ["talk", "late"]


def test_a_handler_returns_what_the_tester_says() -> None:
    caller = site()

    log = caller.do({"act": "return", "values": {"hour": "ten"}, "exit": "done"})

    assert commands(caller.log)[1] == "run_handler"
    assert said(log) == ["At ten."]
    assert caller.variables() == {"hour": "ten"}


@pytest.mark.parametrize("act", [{"act": "fail", "reason": "no line"}, {"act": "stay_silent"}])
def test_a_handler_that_fails_or_does_not_return_takes_the_failure_exit(
    act: dict[str, Any],
) -> None:
    caller = site()

    log = caller.do(act)

    assert {"kind": "exit", "exit": "failure", "step": "look"} in log
    assert caller.steps == ["look", "bye"]


def test_a_validator_says_what_the_tester_says() -> None:
    steps = {"ask": any_key(validator="clinic_member", maximum_digits=2), "bye": {"kind": "hangup"}}
    caller, refused = Caller(load(line(steps=steps))), Caller(load(line(steps=steps)))
    caller.press("12")
    refused.press("12")

    caller.do({"act": "judge", "verdicts": {"digits": {"value": "0012"}}})
    log = refused.do({"act": "judge", "verdicts": {"digits": {"accepted": False}}})

    assert caller.variables() == {"ask": "0012"}
    assert {"kind": "attempt", "outcome": "invalid"} in log


@pytest.mark.parametrize(
    ("fate", "exit_name"), [("busy", "busy"), ("no_answer", "no_answer"), ("failed", "failure")]
)
def test_a_transfer_that_nobody_takes_goes_on(fate: str, exit_name: str) -> None:
    caller = ringing()

    log = caller.do({"act": "target", "fate": fate})

    assert {"kind": "exit", "exit": exit_name, "step": "ring"} in log


def test_a_transfer_that_is_taken_ends_with_either_side() -> None:
    there, here = ringing(), ringing()
    for caller in (there, here):
        caller.do({"act": "target", "fate": "answered"})
        with pytest.raises(ActError, match="keys do nothing"):
            caller.press("1")

    there.do({"act": "target", "fate": "ended"})
    here.do({"act": "hang_up"})

    assert (there.outcome, here.outcome) == ("transferred", "transferred")


def test_a_caller_whom_nobody_takes_after_a_while_goes_on() -> None:
    caller = ringing(timeout_seconds=20)
    before = caller.line.now

    log = caller.silent()

    assert {"kind": "exit", "exit": "no_answer", "step": "ring"} in log
    assert caller.line.now - before >= 20 * SECOND


def test_a_destination_that_the_sites_rules_forbid_is_told(settings: Any) -> None:
    refused = [entry["text"] for entry in ringing().log if entry["kind"] == "refusal"]
    assert refused == [
        "Numbers of US may not be rung: none of the site's own active numbers is of there. "
        "List the prefix in VOICEGATHER['ALLOWED_DESTINATIONS']."
    ]

    settings.VOICEGATHER = {**settings.VOICEGATHER, "ALLOWED_DESTINATIONS": ["+1312"]}

    assert not [entry for entry in ringing().log if entry["kind"] == "refusal"]


def test_the_caller_may_hang_up_at_any_time_and_then_nothing_more_happens() -> None:
    caller = Caller(load(line()))

    caller.do({"act": "hang_up"})

    assert caller.outcome == "caller_hung_up"
    with pytest.raises(ActError, match="The call is over"):
        caller.press("1")


@pytest.mark.parametrize(
    ("act", "complaint"),
    [
        ({"act": "say", "text": "Hello"}, "Nobody listens to words"),
        ({"act": "answer"}, "No AI gather"),
        ({"act": "assistant_ends"}, "No assistant"),
        ({"act": "model_fails"}, "No model"),
        ({"act": "return"}, "No function"),
        ({"act": "target", "fate": "busy"}, "Nobody is rung"),
        ({"act": "press", "keys": "1a"}, "Keys are 0–9"),
        ({"act": "press"}, "lacks keys"),
        ({"act": "target", "fate": "lost"}, "expected one of"),
        ({"act": "dance"}, "not an act"),
        ([], "not an act"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_is_wrong(act: Any, complaint: str) -> None:
    caller = Caller(load(line()))
    before = caller.line

    with pytest.raises(ActError, match=complaint):
        caller.do(read_act(act))

    assert caller.line == before


def test_what_a_secret_step_hears_is_readable_nowhere() -> None:
    pin = any_key(maximum_digits=4, sensitivity="secret", read_back="back", speak_secret=True)
    prompts = {"question": words(), "back": words("You entered {{ entry|digits }}. Press 1.")}
    steps = {"ask": pin, "bye": {"kind": "hangup"}}
    caller = Caller(load(line(steps=steps, prompts=prompts)))

    caller.press("4711")
    caller.press("1")

    assert caller.variables()["ask"] == "4711"
    assert "You entered •••. Press 1." in said(caller.log)
    assert not [entry for entry in caller.log if "4711" in str(entry) or "4, 7" in str(entry)]
    assert "4711" not in repr(caller.line)


def test_a_line_is_stored_and_read_again_between_any_two_acts() -> None:
    caller = intake()

    assert Line.load(caller.line.to_document()) == caller.line
    caller.do({"act": "say", "text": "Hm."})
    assert Line.load(caller.line.to_document()) == caller.line


def test_a_wish_to_go_back_is_an_exit_and_no_result() -> None:
    wishes = [{"on": {"digits": "#"}, "action": "back"}]
    exits = [choice(exit=name) for name in ("no_input", "invalid", "failure")]
    steps = {"ask": ask(choice("more", digits="1")), "more": any_key(), "bye": {"kind": "hangup"}}
    caller = Caller(load(line(choices=wishes + exits, steps=steps)))
    caller.press("1")

    log = caller.press("#")

    assert caller.steps == ["ask", "more", "ask"]
    assert [entry["kind"] for entry in log] == ["act", "exit", "step", "said", "command"]


def test_the_same_acts_lead_to_the_same_line() -> None:
    caller = Caller(load(line()))
    before = caller.line

    once = perform(caller.menus, before, Press(Secret("1")))

    assert perform(caller.menus, before, Press(Secret("1"))) == once
