"""Steps that were entered and left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from voicegather.engine.facts import (
    AttemptBegan,
    AttemptEnded,
    ConsentAnswered,
    ConversationBegan,
    Fact,
    InputGathered,
    RecordingBegan,
    StepEntered,
    StepLeft,
)
from voicegather.engine.graph import Menus, StepNode
from voicegather.models import Call, MenuVersion, StepVisit
from voicegather.services.calls.ledger.rows import update
from voicegather.services.moments import from_ms

#: The facts that name a visit which may have begun with an earlier event.
_OF_A_VISIT = (
    StepLeft
    | AttemptBegan
    | AttemptEnded
    | InputGathered
    | ConversationBegan
    | ConsentAnswered
    | RecordingBegan
)


def write_visits(call: Call, facts: Sequence[Fact]) -> dict[int, StepVisit]:
    """Insert the visits that began, close those that ended, return all that facts speak of."""
    entered = [fact for fact in facts if isinstance(fact, StepEntered)]
    began = {fact.visit for fact in entered}
    earlier = {fact.visit for fact in facts if isinstance(fact, _OF_A_VISIT)} - began
    visits = {
        visit.number: visit
        for visit in (
            StepVisit.objects.filter(call=call, number__in=earlier)
            .select_related("version")
            .defer("version__document")
            if earlier
            else ()
        )
    }
    versions = _versions({fact.graph for fact in entered}, visits.values())
    for fact in entered:
        visits[fact.visit] = StepVisit(
            call=call,
            number=fact.visit,
            version=versions.get(fact.graph),
            step_key=fact.step,
            language=fact.language,
            entered_at=from_ms(fact.at),
        )
    closed: list[StepVisit] = []
    for departure in facts:
        if isinstance(departure, StepLeft) and departure.visit in visits:
            visit = visits[departure.visit]
            visit.left_at, visit.exit = from_ms(departure.at), departure.exit[:128]
            if departure.visit not in began:
                closed.append(visit)
    StepVisit.objects.bulk_create(visits[number] for number in sorted(began))
    update(StepVisit, closed, ["left_at", "exit"])
    return visits


def step_of(visit: StepVisit, menus: Menus) -> StepNode | None:
    """The step as it was published, None where its version has no such step or is gone."""
    version = visit.version
    return menus.graph(version.sha256).steps.get(visit.step_key) if version else None


def _versions(wanted: set[str], visits: Iterable[StepVisit]) -> dict[str, MenuVersion]:
    """By their sha256; a call goes mostly from one step to another of the same version."""
    versions = {visit.version.sha256: visit.version for visit in visits if visit.version}
    if missing := wanted - versions.keys():
        others = MenuVersion.objects.filter(sha256__in=missing).defer("document")
        versions |= {version.sha256: version for version in others}
    return versions
