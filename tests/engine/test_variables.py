"""What a call brings with it, and what it has in place of what it does not bring."""

from __future__ import annotations

import pytest

from tests.engine.line import START, Line
from tests.engine.menus import any_entry, by, document, gather, otherwise, step, text, value
from voicegather.engine.commands import RunHandler
from voicegather.engine.events import CallAnswered
from voicegather.engine.graph import Graph, Sensitivity
from voicegather.engine.outbound import begin_outbound
from voicegather.engine.secret import Secret
from voicegather.engine.state import Variable
from voicegather.engine.variables import DeclaredVariable, is_variable_name, read_declared

GREETING = {"greet": text("Hello {{ name }}, on {{ plan }}")}
PLAN = {"name": "plan", "default": "basic"}


def declaring(*variables: dict[str, str], name: str = "main", **more: object) -> Graph:
    """A menu that greets by name and plan, or has other steps, and declares `variables`."""
    steps = more.pop("steps", {"ask": gather(any_entry("taken"), prompt="greet")})
    found = document(steps, GREETING, name=name)
    return Graph.load(found | {"variables": list(variables)}, sha256=f"sha-{name}")


def placed(*graphs: Graph, **brought: str) -> Line:
    state = begin_outbound(
        graphs[0],
        token="call-1",
        caller="+13125550101",
        called="+13125550199",
        now=START,
        ring_seconds=30,
        variables={name: Variable(Secret(text)) for name, text in brought.items()},
    )
    line = Line(*graphs, state=state)
    line.feed(CallAnswered(line.tick()))
    return line


def test_a_call_that_comes_in_has_the_defaults():
    line = Line(declaring({"name": "name", "default": "there"}, PLAN)).answer()
    assert line.said == "Hello there, on basic"


def test_a_variable_without_a_default_is_empty():
    line = Line(declaring({"name": "name"}, PLAN)).answer()
    assert line.said == "Hello , on basic"
    assert line.state.variables["name"] == Variable(Secret(""), Sensitivity.NORMAL)


def test_a_call_keeps_what_it_brings_and_has_the_defaults_of_the_rest():
    line = placed(declaring({"name": "name", "default": "there"}, PLAN), name="Ada")
    assert line.said == "Hello Ada, on basic"


def test_what_a_call_brings_empty_stays_empty():
    line = placed(declaring({"name": "name", "default": "there"}, PLAN), name="")
    assert line.said == "Hello , on basic"


def test_what_a_call_brings_undeclared_is_known_all_the_same():
    line = placed(declaring(PLAN), name="Ada", other="kept")
    assert line.said == "Hello Ada, on basic"
    assert line.state.variables["other"] == Variable(Secret("kept"))


def test_a_call_that_rings_has_what_it_brings_alone():
    line = Line(declaring(PLAN))
    assert line.state.variables == {}


@pytest.mark.parametrize(("plan", "end"), [("gold", "<bye_taken>"), ("", "<bye_wrong>")])
def test_a_branch_goes_by_what_a_call_brings(plan: str, end: str):
    sort = step("branch", value("gold", "taken"), otherwise("wrong"), variable="plan")
    line = placed(declaring({"name": "plan"}, steps={"sort": sort}), plan=plan)
    assert line.said == end


def test_a_handler_is_told_what_a_call_brings_and_the_defaults():
    ask = step("handler", by("done", "taken"), by("failure", "broken"), handler="balance")
    line = placed(declaring({"name": "name"}, PLAN, steps={"ask": ask}), name="Ada", other="x")
    command = line.last
    assert isinstance(command, RunHandler)
    told = {name: secret.reveal() for name, secret in command.variables.items()}
    assert told == {"name": "Ada", "plan": "basic", "other": "x"}


# -- submenus ----------------------------------------------------------------------------------


def entering(*variables: dict[str, str], first: bool = False) -> Graph:
    """A menu that enters the menu `inner`, at once or after a question for `plan`."""
    enter = step("submenu", by("done", "again"), by("failure", "broken"), menu="inner")
    again = gather(any_entry("enter"), prompt="greet", variable="again")
    ask = gather(any_entry("enter"), prompt="greet", variable="plan")
    steps = {"enter": enter, "again": again}
    if not first:
        steps = {"ask": ask, **steps}
    return declaring(*variables, steps=steps)


def returning() -> dict[str, object]:
    back = {"match": "any", "action": "return"}
    return {"ask": gather(back, prompt="greet", variable="heard")}


INNER = declaring({"name": "name", "default": "friend"}, PLAN, name="inner", steps=returning())


def test_a_submenu_has_its_own_defaults():
    line = Line(entering(first=True), INNER).answer()
    assert line.said == "Hello friend, on basic"


def test_a_submenu_hears_what_the_call_has_already():
    line = Line(entering({"name": "name", "default": "there"}), INNER).answer()
    assert line.said == "Hello there, on"
    line.enter("7")
    assert line.said == "Hello there, on 7"


def test_a_submenu_hears_what_the_call_brings_though_its_first_menu_declares_nothing():
    assert placed(entering(first=True), INNER, plan="gold").said == "Hello friend, on gold"


def test_a_submenus_defaults_last_beyond_it_and_are_set_once():
    line = Line(entering(first=True), INNER).answer()
    line.enter("1")
    assert line.step == "again"
    assert line.said == "Hello friend, on basic"
    before = line.state.variables
    line.enter("2")
    assert line.step == "ask"
    assert {name: line.state.variables[name] for name in ("name", "plan")} == {
        name: before[name] for name in ("name", "plan")
    }


# -- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "_", "customer_name", "A1", "x" * 50])
def test_names_of_letters_digits_and_underscores_can_be_brought(name: str):
    assert is_variable_name(name)


@pytest.mark.parametrize("name", ["", "1st", "a b", "a-b", "naïve", "a\n", "x" * 51, None, 7])
def test_other_names_cannot_be_brought(name: object):
    assert not is_variable_name(name)


def test_declared_variables_are_read_with_every_problem_at_once():
    stored = [{"name": "plan", "default": "basic", "help": "Which"}, {"name": "name"}]
    assert read_declared(stored) == (
        (DeclaredVariable("plan", "basic", "Which"), DeclaredVariable("name")),
        [],
    )
    declared, problems = read_declared([{"name": "1st"}, {"name": "a"}, {"name": "a"}])
    assert declared == ()
    assert [each.field for each in problems] == ["0.name", "2.name"]
