"""A submenu is another menu, entered in its live version and left by done."""

from __future__ import annotations

from tests.engine.line import Line
from tests.engine.menus import by, gather, menu, on, step
from voicegather.engine.facts import StepEntered, StepLeft
from voicegather.engine.graph import Graph


def enter(name: str, **more: object) -> dict:
    return step("submenu", by("done", "after"), by("failure", "broken"), menu=name, **more)


def main() -> Graph:
    return menu({"sub": enter("hours"), "after": gather(on("1", "taken"), prompt="after")})


def hours() -> Graph:
    leave = {"match": "digits", "value": "1", "action": "return"}
    return menu({"which": gather(leave, on("2", "taken"), prompt="which")}, name="hours")


def test_a_submenu_begins_at_its_entry():
    line = Line(main(), hours()).answer()
    assert line.said == "<which>"
    assert [each.graph for each in line.state.frames] == ["sha-main", "sha-hours"]
    assert line.found(StepEntered)[1].graph == "sha-hours"


def test_a_submenu_returns_by_done_of_the_step_that_opened_it():
    line = Line(main(), hours()).answer()
    line.gather_ends("1")
    assert line.said == "<after>"
    assert [each.graph for each in line.state.frames] == ["sha-main"]
    assert line.found(StepLeft) == [StepLeft(line.now, 2, "1"), StepLeft(line.now, 1, "done")]


def test_a_step_without_a_way_on_returns_from_its_submenu():
    notice = menu({"notice": step("message", prompt="notice")}, name="hours")
    line = Line(main(), notice).answer()
    line.prompt_ends()
    assert line.said == "<after>"


def test_the_end_of_a_nested_submenu_ends_the_one_around_it_too():
    back = {"match": "exit", "value": "done", "action": "return"}
    middle = menu(
        {"sub": step("submenu", back, by("failure", "broken"), menu="inner")}, name="hours"
    )
    inner = menu({"notice": step("message", prompt="notice")}, name="inner")
    line = Line(main(), middle, inner).answer()
    assert len(line.state.frames) == 3
    line.prompt_ends()
    assert line.said == "<after>"
    assert [each.visit for each in line.found(StepLeft)] == [3, 2, 1]


def test_a_hang_up_step_in_a_submenu_ends_the_call():
    line = Line(main(), hours()).answer()
    line.gather_ends("2")
    line.prompt_ends()
    assert line.state.phase == "ending"
    assert line.state.outcome == "completed"


def test_a_submenu_that_is_not_live_leaves_by_failure():
    line = Line(main()).answer()
    assert line.step == "broken"
    assert line.exits == ["failure"]


def test_menus_nest_eight_deep_and_no_deeper():
    ring = menu({"sub": step("submenu", by("failure", "broken"), menu="main")})
    line = Line(ring).answer()
    assert len(line.state.frames) == 8
    assert line.step == "broken"
    assert line.exits == ["failure"]


def test_a_call_stays_on_the_versions_it_entered():
    line = Line(main(), hours()).answer()
    newer = menu({"which": gather(on("1", "taken"), prompt="newer")}, name="hours")
    line.shelf.live["hours"] = newer
    line.stay_silent()
    assert line.said == "<which>"


def test_a_step_that_its_version_lacks_ends_the_call_as_failed():
    line = Line(menu({"ask": gather(on("1", "nowhere"))})).answer()
    line.gather_ends("1")
    assert line.state.outcome == "failed"
    assert line.state.reason == "step nowhere cannot be run by this release"


def test_a_step_of_a_kind_that_this_release_lacks_ends_the_call_as_failed():
    line = Line(menu({"ask": gather(on("1", "new")), "new": step("telepathy")})).answer()
    line.gather_ends("1")
    assert line.state.reason == "step new cannot be run by this release"
