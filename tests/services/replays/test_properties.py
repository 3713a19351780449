"""On the very version that a call ran on, a replay takes the call's own way: whatever happened."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import line as wire
from tests.engine.drawn_network import INNER, LIMITS, MAIN, TALKS, Network
from tests.engine.line import Line
from tests.engine.menus import any_entry, by, gather, menu, on, otherwise, step, wish
from tests.services.menus.building import ask, choice
from tests.services.replays.callers import GONE, SILENT, call, open_line
from tests.services.replays.drawn import past_of
from tests.services.replays.shelves import ShelfMenus
from voicegather.engine.advance import Advance
from voicegather.engine.events import Event, GatherStatus
from voicegather.engine.facts import AttemptOutcome
from voicegather.engine.graph import Graph
from voicegather.engine.state import Phase
from voicegather.models import Menu
from voicegather.services.replays.comparing import Verdict, part
from voicegather.services.replays.past import NotReplayableError, PastCall
from voicegather.services.replays.playing import play, way_of
from voicegather.services.replays.running import Replayer
from voicegather.services.trials.drafts import compiled_draft

CALLS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
STEPS = ("one", "two", "three", "four")
KEYS = "0123456789*#"
DEEDS = ["1", "2", "3", "4", "471", "*", SILENT, GONE]


class ToldLine(Line):
    """A line that remembers in which visit each event came."""

    def __init__(self, *graphs: Graph, **more: Any) -> None:
        super().__init__(*graphs, **more)
        self.told: list[tuple[int, Event]] = []

    def feed(self, event: Event) -> Advance:
        self.told.append((self.state.visit, event))
        return super().feed(event)


def assert_own_way(past: PastCall, *graphs: Graph) -> None:
    menus = ShelfMenus(*graphs)
    assert part(way_of(menus, past), play(menus, past, LIMITS)) is None


@CALLS
@given(st.data())
def test_whatever_the_network_did(data: st.DataObject) -> None:
    """Events late, lost, doubled and in any order; models, validators and transfers, too."""
    graph = data.draw(st.sampled_from([MAIN, MAIN, *TALKS]))
    line = ToldLine(graph, INNER, limits=LIMITS)
    Network(data, line).run(100)
    while not line.is_over:
        line.let_deadline_pass()
    past = past_of(line, line.told)
    if not past.visits:
        return
    if is_told_whole(past):
        assert_own_way(past, graph, INNER)
        return
    with suppress(NotReplayableError):
        play(ShelfMenus(graph, INNER), past, LIMITS)


def is_told_whole(past: PastCall) -> bool:
    """Whether no attempt was given up: then the record says what it was given up for."""
    attempts = (attempt for visit in past.visits for attempt in visit.attempts)
    return all(each.outcome is not AttemptOutcome.ERROR for each in attempts)


@st.composite
def menus(draw: st.DrawFn) -> Graph:
    """A menu of four questions, messages and branches that lead to each other as they like."""
    somewhere = st.sampled_from([*STEPS, "news", "fork", "bye"])
    steps: dict[str, Any] = {"news": step("message", by("done", draw(somewhere)), prompt="news")}
    asked = draw(st.sampled_from(STEPS))
    steps["fork"] = step("branch", otherwise(draw(somewhere)), variable=asked)
    for key in STEPS:
        digits = draw(st.lists(st.text("0123456789", min_size=1, max_size=3), unique=True))
        edges = [on(each, draw(somewhere)) for each in digits]
        if draw(st.booleans()):
            edges.append(any_entry(draw(somewhere)))
        edges += draw(st.sampled_from([[], [wish("0", target="bye")], [wish("*", "repeat")]]))
        limits = {f"{name}_limit": draw(st.integers(1, 3)) for name in ("no_input", "invalid")}
        steps[key] = gather(
            *(edges or [on("1", "bye")]),
            read_back=draw(st.sampled_from(["", "is_it"])),
            type_ahead=draw(st.sampled_from(["accept", "flush"])),
            maximum_digits=draw(st.integers(1, 4)),
            **limits,
        )
    steps["bye"] = step("hangup")
    return menu(steps, entry=draw(st.sampled_from(STEPS)))


@st.composite
def calls(draw: st.DrawFn) -> tuple[Graph, ToldLine]:
    """A caller who enters something, or nothing, until they hang up or the menu does."""
    graph = draw(menus())
    line = ToldLine(graph, limits=LIMITS)
    line.answer()
    for _ in range(draw(st.integers(0, 12))):
        if line.state.phase is not Phase.RUNNING:
            break
        if line.state.step_kind == "gather":
            enter(line, draw(st.text(KEYS, max_size=5)))
        else:
            line.prompt_ends()
    line.hang_up()
    return graph, line


def enter(line: ToldLine, keys: str) -> None:
    """Press keys until the gather is over, by its count, its ending key, or our stop."""
    gather, seq, pressed = line.gather, line.gather_seq, ""
    for key in keys:
        line.press(key, seq=seq)
        pressed += key
        if line.was_stopped or key == gather.terminator or len(pressed) >= gather.maximum_digits:
            break
    status = GatherStatus.VALID if pressed else GatherStatus.TIMEOUT
    line.gather_ends(pressed or None, status, seq=seq)


@CALLS
@given(calls())
def test_whatever_the_menu_asks_and_the_caller_does(drawn: tuple[Graph, ToldLine]) -> None:
    graph, line = drawn
    assert_own_way(past_of(line, line.told), graph)


@pytest.fixture
def bank_line(db: None, monkeypatch: pytest.MonkeyPatch) -> Menu:
    wire.connect(monkeypatch)
    account = ask(choice("pin", any=True), maximum_digits=6, read_back="question")
    department = ask(
        choice("account", digits="1"),
        choice("pin", digits="3"),
        choice("department", digits="471"),
        choice("bye", digits="2"),
    )
    pin = ask(choice(any=True), maximum_digits=4, sensitivity="secret")
    steps = {"department": department, "account": account, "pin": pin}
    return open_line(steps={**steps, "bye": {"kind": "hangup"}})


@settings(CALLS, max_examples=12)
@given(st.lists(st.lists(st.sampled_from(DEEDS)), max_size=3))
def test_whatever_real_webhooks_told(bank_line: Menu, callers: list[list[str | None]]) -> None:
    """The same through the front door: what workers stored is read back."""
    made = [call(deeds).pk for deeds in callers]

    verdicts = Replayer(compiled_draft(bank_line)).replay(made)

    assert list(verdicts) == made
    for verdict in verdicts.values():
        assert isinstance(verdict, Verdict)
        assert verdict.parting is None
