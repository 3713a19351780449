"""Calls of the engine's tests as a ledger would tell of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from tests.engine.line import Line
from voicegather.engine.events import (
    AiGatherEnded,
    Event,
    HandlerReturned,
)
from voicegather.engine.facts import (
    AttemptBegan,
    AttemptEnded,
    StepEntered,
    StepLeft,
)
from voicegather.services.replays.past import Attempt, PastCall, Visit


def past_of(line: Line, told: list[tuple[int, Event]] | None = None) -> PastCall:
    """The record of a call on `line`; `told` are its events with the visit that each came in."""
    visits: dict[int, Visit] = {}
    attempts: dict[int, dict[int, Attempt]] = defaultdict(dict)
    seqs: dict[int, tuple[int, int]] = {}
    began_at: dict[tuple[int, int], int] = {}
    for fact in line.facts:
        match fact:
            case StepEntered():
                visits[fact.visit] = Visit(fact.graph, fact.step, entered_at=fact.at)
            case StepLeft():
                visits[fact.visit] = replace(visits[fact.visit], exit=fact.exit, left_at=fact.at)
            case AttemptBegan():
                attempts[fact.visit][fact.attempt] = Attempt(fact.purpose, None)
                seqs[fact.seq or 0] = place = (fact.visit, fact.attempt)
                began_at[place] = fact.at
            case AttemptEnded():
                began = attempts[fact.visit][fact.attempt]
                attempts[fact.visit][fact.attempt] = replace(
                    began, outcome=fact.outcome, keys=fact.digits, ended_at=fact.at
                )
    for visit, event in told or ():
        match event:
            case HandlerReturned():
                visits[visit] = replace(visits[visit], handled=event)
            case AiGatherEnded():
                running = [
                    place for place, at in began_at.items() if place[0] == visit and at <= event.at
                ]
                place = running[-1] if event.seq is None and running else seqs.get(event.seq or 0)
                if place is not None:
                    attempts[place[0]][place[1]] = replace(
                        attempts[place[0]][place[1]], result=event
                    )
    return PastCall(
        id=1,
        graph=line.state.frames[0].graph,
        started_at=line.state.started_at,
        visits=tuple(
            replace(each, attempts=tuple(attempts[number].values()))
            for number, each in visits.items()
        ),
        caller=line.state.caller,
        called=line.state.called,
    )
