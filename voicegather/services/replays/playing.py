"""One past call, played on another menu: what was done in it answers what the menu asks.

Visits are matched by step and count: what was done when a step was entered for the second time is
what is done when the draft enters it for the second time. In a visit the attempts come in their
order. Where the draft asks for what is not on record, the replay stops: it never guesses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from voicegather.engine.events import CallHungUp, FoldingFailed
from voicegather.engine.graph import Graph, StepNode
from voicegather.engine.limits import Limits
from voicegather.engine.state import Phase
from voicegather.services.replays.deeds import Deeds, Unanswered
from voicegather.services.replays.outcomes import News, Reason
from voicegather.services.replays.past import NotReplayableError, PastCall, Visit
from voicegather.services.replays.quiet import QuietExchange
from voicegather.services.replays.surroundings import ReplayMenus
from voicegather.services.trials.line import Start, answer, new_line

#: The call's token, which no Telnyx ever sees.
TOKEN = "replay"  # noqa: S105
#: Far more than any call takes within its budgets.
MOST_TURNS = 5_000
#: Deadlines that pass one after the other, with nothing else happening.
MOST_DEADLINES = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A step on a call's way, and the exit it left by: "" where the call is, or ended.

    Steps of other menus are named ``menu/step``.
    """

    step: str
    exit: str


@dataclass(frozen=True, slots=True)
class Way:
    """The steps that a call took, and what it is asked there that is `news`, if anything is."""

    places: tuple[Place, ...]
    news: News | None = None


def play(menus: ReplayMenus, past: PastCall, limits: Limits) -> Way:
    """The way of `past` on the draft of `menus`.

    Raises NotReplayableError where its record does not say what happened in it, and
    VersionMissingError and CodecError where a menu that the call met cannot be read.
    """
    menus.remember(past)
    return _Player(menus, past, limits).play()


def way_of(menus: ReplayMenus, past: PastCall) -> Way:
    """The way that the call took when it was made."""
    main = menus.graph(past.graph).menu
    return Way(
        tuple(
            Place(step_name(menus.graph(visit.graph).menu, visit.step, main), visit.exit)
            for visit in past.visits
        )
    )


def step_name(menu: str, step: str, main: str) -> str:
    return step if menu == main else f"{menu}/{step}"


class _Player:
    def __init__(self, menus: ReplayMenus, past: PastCall, limits: Limits) -> None:
        start = Start(
            at=past.started_at,
            caller=past.caller,
            called=past.called,
            language=past.language,
            answered_by=past.answered_by,
            variables=past.variables,
        )
        self._menus = menus
        self._start = start
        self._exchange = QuietExchange(menus, new_line(menus.draft, start, token=TOKEN), limits)
        self._last = past.visits[-1]
        self._visits = _by_step(menus, past)
        self._entered: Counter[str] = Counter()
        self._deeds = Deeds(None, None)
        self._visit = 0

    def play(self) -> Way:
        exchange = self._exchange
        answer(exchange, self._start)
        deadlines = 0
        for _turn in range(MOST_TURNS):
            exchange.settle()
            if exchange.state.phase is not Phase.RUNNING:
                return self._way(None)
            self._look_around()
            if self._deeds.call_ends_here:
                exchange.feed(CallHungUp(exchange.now, "normal_clearing", "caller"))
            elif self._deeds.is_unheard and self._waits_for_nobody():
                exchange.feed(FoldingFailed(exchange.now))
            elif exchange.hear_next():
                continue
            elif self._waits_for_nobody():
                deadlines += 1
                if deadlines > MOST_DEADLINES:
                    break
                exchange.reach(self._deeds.left_at)
                exchange.miss_deadline()
            else:
                deadlines = 0
                try:
                    self._deeds.do_next(exchange, self._node())
                except Unanswered as stop:
                    return self._way(stop.news)
        raise NotReplayableError(Reason.NOT_ON_RECORD)

    def _waits_for_nobody(self) -> bool:
        network = self._exchange.network
        return not (
            network.gathering
            or network.model
            or network.target
            or network.handler
            or network.validators
            or network.recording
        )

    def _look_around(self) -> None:
        """Find what was done in the visits that have begun since the last look."""
        path = self._exchange.path
        while self._visit < len(path):
            self._exchange.reach(self._deeds.left_at)
            entered = path[self._visit]
            name = step_name(entered.menu, entered.step, self._menus.draft.menu)
            count = self._entered[name]
            self._entered[name] += 1
            self._visit += 1
            known = self._visits.get(name, ())
            if count >= len(known):
                self._deeds = Deeds(None, None)
                continue
            visit, node = known[count]
            self._deeds = Deeds(visit, node, is_last=visit is self._last)

    def _node(self) -> StepNode | None:
        return self._exchange.step_under_way()

    def _way(self, news: News | None) -> Way:
        main = self._menus.draft.menu
        path = self._exchange.path
        places = (Place(step_name(each.menu, each.step, main), each.exit) for each in path)
        return Way(tuple(places), news)


def _by_step(menus: ReplayMenus, past: PastCall) -> dict[str, list[tuple[Visit, StepNode | None]]]:
    """The visits of each step in their order, with the step as it was."""
    main = menus.graph(past.graph).menu
    found: dict[str, list[tuple[Visit, StepNode | None]]] = defaultdict(list)
    for visit in past.visits:
        graph: Graph = menus.graph(visit.graph)
        name = step_name(graph.menu, visit.step, main)
        found[name].append((visit, graph.steps.get(visit.step)))
    return found
