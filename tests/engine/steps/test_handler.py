"""A handler: the site's function works while the caller waits, and decides how the call goes on."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import any_entry, by, gather, menu, on, otherwise, step, text
from voicegather.engine.commands import Play, RunHandler
from voicegather.engine.events import FoldingFailed, HandlerFailed, HandlerReturned, PromptFate
from voicegather.engine.facts import CallEnded, HandlerNoted
from voicegather.engine.graph import Sensitivity
from voicegather.engine.secret import Secret

#: Where the handler's step leads.
WAYS = (by("done", "taken"), by("failure", "broken"), by("vip", "desk"))


def asked(*ways: dict, sensitivity: str = "normal", own: str = "normal", **config: object) -> Line:
    """A caller who entered the account 1234, and whose handler works."""
    ask = gather(any_entry("look"), variable="account", maximum_digits=4, sensitivity=sensitivity)
    look = step("handler", *(ways or WAYS), sensitivity=own, **{"handler": "balance", **config})
    desk = gather(on("1", "taken"), prompt="desk")
    greeting = {"desk": {"en": text("You have {{ amount }}")}}
    line = Line(menu({"ask": ask, "look": look, "desk": desk}, greeting)).answer()
    line.gather_ends("1234")
    return line


def command(line: Line) -> RunHandler:
    return next(each for each in line.sent if isinstance(each, RunHandler))


def seq_of(line: Line) -> int:
    return next(each.seq for each in line.outgoing if isinstance(each.command, RunHandler))


def returns(line: Line, exit_name: str = "", **values: str) -> None:
    found = {name: Secret(value) for name, value in values.items()}
    line.feed(HandlerReturned(line.tick(), seq_of(line), found, exit_name))


def fails(line: Line, reason: str = "raised KeyError") -> None:
    line.feed(HandlerFailed(line.tick(), seq_of(line), reason))


def notes(line: Line) -> list[str]:
    return [each.reason for each in line.found(HandlerNoted)]


# -- asking ------------------------------------------------------------------------------------


def test_the_handler_is_told_what_the_call_has_collected():
    line = asked(options={"limit": "3"}, timeout_seconds=7)
    assert line.just_sent == [
        RunHandler(
            handler="balance",
            variables={"account": Secret("1234")},
            options={"limit": "3"},
            language="en",
            timeout_s=7,
        )
    ]
    assert line.state.wake_at == line.now + 7_000 + 5_000


def test_options_are_filled_in_from_the_call():
    line = asked(options={"body": "{{ account }} of {{ caller }}", "who": "{{ nobody }}"})
    assert command(line).options == {"body": "1234 of +13125550101", "who": ""}


def test_what_is_filled_into_an_address_cannot_change_where_it_leads():
    line = asked(options={"url": "https://crm.example.com/{{ caller }}/{{ account }}"})
    assert command(line).options == {"url": "https://crm.example.com/%2B13125550101/1234"}


@pytest.mark.parametrize("kept", ["masked", "secret"])
def test_sensitive_entries_are_not_passed_on(kept: str):
    line = asked(sensitivity=kept, options={"body": "{{ account }}"})
    assert command(line).variables == {}
    assert command(line).options == {"body": ""}


def test_sensitive_entries_are_passed_on_where_staff_allow_it():
    line = asked(sensitivity="secret", options={"body": "{{ account }}"}, pass_sensitive=True)
    assert command(line).variables == {"account": Secret("1234")}
    assert command(line).options == {"body": "1234"}


# -- what it returns ---------------------------------------------------------------------------


def test_a_return_sets_variables_and_goes_on():
    line = asked()
    returns(line, amount="12 dollars")
    assert line.exits == ["any", "done"]
    assert line.step == "taken"
    assert line.state.variables["amount"].value == Secret("12 dollars")
    assert notes(line) == []


def test_a_return_can_name_its_exit_and_prompts_speak_its_variables():
    line = asked()
    returns(line, "vip", amount="12 dollars")
    assert line.exits == ["any", "vip"]
    assert line.said == "You have 12 dollars"


@pytest.mark.parametrize("kept", ["masked", "secret"])
def test_what_a_sensitive_step_sets_is_as_sensitive(kept: str):
    line = asked(own=kept)
    returns(line, amount="12")
    assert line.state.variables["amount"].sensitivity is Sensitivity(kept)


def test_an_exit_that_nobody_drew_is_a_failure():
    line = asked()
    returns(line, "blocked", amount="12")
    assert line.exits == ["any", "failure"]
    assert "amount" not in line.state.variables
    assert line.found(HandlerNoted) == [
        HandlerNoted(line.now, 2, 3, "took the exit “blocked”, which leads nowhere")
    ]


def test_otherwise_takes_every_exit_that_no_choice_names():
    line = asked(by("done", "taken"), otherwise("desk"))
    returns(line, "blocked")
    assert line.step == "desk"
    assert line.exits == ["any", "blocked"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (
            {f"v{number}": "1" for number in range(51)},
            "returned 51 variables; the most is 50",
        ),
        ({"amount": "x" * 1001}, "returned a variable of more than 1,000 characters"),
        (
            {"two words": "1"},
            "returned a variable whose name is not letters, digits and underscores",
        ),
        (
            {"caller": "1"},
            "returned “caller”, which every call knows already: name it otherwise",
        ),
    ],
)
def test_a_return_that_cannot_be_kept_is_a_failure(values: dict[str, str], reason: str):
    line = asked()
    returns(line, **values)
    assert line.exits == ["any", "failure"]
    assert set(line.state.variables) == {"account"}
    assert notes(line) == [reason]


def test_the_most_that_a_handler_may_return_is_kept():
    line = asked()
    returns(line, **{f"v{number}": "x" * 1000 for number in range(50)})
    assert line.exits == ["any", "done"]
    assert len(line.state.variables) == 51


# -- failing -----------------------------------------------------------------------------------


def test_a_handler_that_fails_leaves_by_failure():
    line = asked()
    fails(line)
    assert line.step == "broken"
    assert line.found(HandlerNoted) == [HandlerNoted(line.now, 2, 3, "raised KeyError")]


def test_a_handler_that_never_returns_leaves_by_failure():
    line = asked()
    line.let_deadline_pass()
    assert line.step == "broken"
    assert notes(line) == ["did not return in time"]


def test_a_handler_that_cannot_be_started_leaves_by_failure():
    line = asked()
    line.refuse(404, "")
    assert line.step == "broken"
    assert notes(line) == ["could not be started"]


def test_an_event_that_cannot_be_folded_leaves_by_failure():
    line = asked()
    line.feed(FoldingFailed(line.tick()))
    assert line.exits == ["any", "failure"]


def test_a_return_that_comes_too_late_is_noted_and_changes_nothing():
    line = asked()
    line.let_deadline_pass()
    before = line.state
    returns(line, "vip", amount="12")
    assert line.state == before
    assert notes(line) == ["did not return in time", "came too late"]


def test_a_failure_that_comes_too_late_is_noted():
    line = asked()
    returns(line)
    fails(line)
    assert line.step == "taken"
    assert notes(line) == ["came too late"]


def test_a_return_after_the_end_of_the_call_is_noted():
    line = asked()
    line.hang_up()
    returns(line, amount="12")
    assert line.found(HandlerNoted) == [HandlerNoted(line.now, 2, 3, "came too late")]
    assert line.found(CallEnded) == [
        CallEnded(line.now - 10, line.state.outcome, "normal_clearing")
    ]


# -- the prompt --------------------------------------------------------------------------------


def test_the_prompt_is_said_while_the_handler_works():
    line = asked(prompt="one_moment")
    assert [type(each) for each in line.just_sent] == [Play, RunHandler]
    assert line.state.wake_at == line.now + 10_000


def test_a_return_waits_for_the_end_of_the_prompt():
    line = asked(prompt="one_moment")
    returns(line, "vip", amount="12")
    assert line.step == "look"
    line.prompt_ends(seq=3)
    assert line.step == "desk"
    assert line.said == "You have 12"


def test_a_return_after_the_prompt_goes_on_at_once():
    line = asked(prompt="one_moment")
    line.prompt_ends(seq=3)
    returns(line)
    assert line.step == "taken"


def test_a_return_does_not_wait_for_a_prompt_whose_end_is_lost():
    line = asked(prompt="one_moment")
    returns(line)
    line.let_deadline_pass()
    assert line.exits == ["any", "done"]
    assert notes(line) == []


def test_a_repeated_return_counts_once():
    line = asked(prompt="one_moment")
    returns(line, "vip", amount="12")
    returns(line, amount="13")
    fails(line)
    line.prompt_ends(seq=3)
    assert line.said == "You have 12"


@pytest.mark.parametrize("fate", list(PromptFate))
def test_however_the_prompt_ends_the_handler_works_on(fate: PromptFate):
    line = asked(prompt="one_moment")
    line.prompt_ends(fate, seq=3)
    assert line.step == "look"


def test_a_prompt_that_is_refused_keeps_nobody_from_going_on():
    line = asked(prompt="one_moment")
    line.refuse(422, "10032", seq=3)
    assert line.step == "look"
    line.accept()
    returns(line)
    assert line.step == "taken"


def test_a_prompt_that_is_refused_after_the_return_lets_the_call_go_on():
    line = asked(prompt="one_moment")
    returns(line)
    line.refuse(422, "10032", seq=3)
    assert line.step == "taken"


def test_a_failure_waits_for_the_end_of_the_prompt_too():
    line = asked(prompt="one_moment")
    fails(line)
    assert line.step == "look"
    line.feed(FoldingFailed(line.tick()))
    assert line.exits == ["any", "failure"]


def test_keys_pressed_meanwhile_are_typed_ahead():
    line = asked()
    line.press("1")
    returns(line, "vip")
    assert line.exits == ["any", "vip", "1"]
