"""The engine's facts as rows: a fixed number of queries, however many facts there are."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import Model

from voicegather.engine.facts import (
    AlertRaised,
    AttemptBegan,
    AttemptEnded,
    CallEnded,
    CallStarted,
    Fact,
    InputGathered,
    StepEntered,
    StepLeft,
    TargetLeft,
    TargetRang,
)
from voicegather.engine.graph import Menus, Sensitivity
from voicegather.engine.secret import Secret
from voicegather.models import (
    Call,
    CallLeg,
    GatherAttempt,
    GatherResult,
    MenuVersion,
    StepVisit,
)
from voicegather.sealing import seal
from voicegather.services.display import shown
from voicegather.services.moments import from_ms, to_ms

Row = TypeVar("Row", bound=Model)

alerts = logging.getLogger("voicegather.alerts")


def write_facts(call: Call, facts: Sequence[Fact], menus: Menus) -> None:
    """Write what happened, inside the caller's transaction. `call` itself is not saved here."""
    visits = _write_visits(call, facts)
    _write_attempts(call, facts, visits)
    _write_results(call, facts, visits, menus)
    _note_on_call(call, facts)


def _numbers(facts: Iterable[Fact]) -> set[int]:
    return {
        fact.visit
        for fact in facts
        if isinstance(fact, StepLeft | AttemptBegan | AttemptEnded | InputGathered)
    }


def _write_visits(call: Call, facts: Sequence[Fact]) -> dict[int, StepVisit]:
    """Insert the visits that began, close those that ended, return all that facts speak of."""
    entered = [fact for fact in facts if isinstance(fact, StepEntered)]
    began = {fact.visit for fact in entered}
    earlier = _numbers(facts) - began
    visits = {
        visit.number: visit
        for visit in (
            StepVisit.objects.filter(call=call, number__in=earlier).select_related("version")
            if earlier
            else ()
        )
    }
    versions = {
        version.sha256: version
        for version in (
            MenuVersion.objects.filter(sha256__in={fact.graph for fact in entered}).defer(
                "document"
            )
            if entered
            else ()
        )
    }
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
    _update(StepVisit, closed, ["left_at", "exit"])
    return visits


def _update(model: type[Row], rows: list[Row], fields: list[str]) -> None:
    """Save these fields. For one row, which is the rule, Django makes a far shorter statement."""
    if len(rows) == 1:
        rows[0].save(update_fields=fields)
    else:
        model._default_manager.bulk_update(rows, fields)


def _write_attempts(call: Call, facts: Sequence[Fact], visits: dict[int, StepVisit]) -> None:
    new: dict[tuple[int, int], GatherAttempt] = {}
    for fact in facts:
        if isinstance(fact, AttemptBegan):
            new[fact.visit, fact.attempt] = GatherAttempt(
                visit=visits[fact.visit],
                number=fact.attempt,
                purpose=fact.purpose,
                seq=fact.seq,
                prompt=fact.prompt,
                began_at=from_ms(fact.at),
            )
    ended = [fact for fact in facts if isinstance(fact, AttemptEnded)]
    known = dict(new)
    if any((fact.visit, fact.attempt) not in new for fact in ended):
        of_visits = {visits[fact.visit].pk: fact.visit for fact in ended if visits[fact.visit].pk}
        for attempt in GatherAttempt.objects.filter(visit__in=of_visits):
            known[of_visits[attempt.visit_id], attempt.number] = attempt
    for fact in ended:
        attempt = known[fact.visit, fact.attempt]
        attempt.outcome = fact.outcome
        attempt.status = str(fact.status)
        attempt.sealed_digits = seal(fact.digits.reveal()) if fact.digits else None
        attempt.ended_at = from_ms(fact.at)
        attempt.milliseconds = max(0, fact.at - to_ms(attempt.began_at))
    GatherAttempt.objects.bulk_create(new.values())
    changed = {(fact.visit, fact.attempt) for fact in ended} - set(new)
    _update(
        GatherAttempt,
        [known[each] for each in changed],
        ["outcome", "status", "sealed_digits", "ended_at", "milliseconds"],
    )


def _write_results(
    call: Call, facts: Sequence[Fact], visits: dict[int, StepVisit], menus: Menus
) -> None:
    rows = [
        _result(call, visits[fact.visit], fact, menus)
        for fact in facts
        if isinstance(fact, InputGathered)
    ]
    if rows:
        latest = {(row.visit_id, row.field): row for row in rows}
        GatherResult.objects.bulk_create(
            latest.values(),
            update_conflicts=True,
            unique_fields=["visit", "field"],
            update_fields=["outcome", "raw", "value", "choice", "sealed", "gathered_at"],
        )


def _result(call: Call, visit: StepVisit, fact: InputGathered, menus: Menus) -> GatherResult:
    version = visit.version
    step = menus.graph(version.sha256).steps.get(visit.step_key) if version else None
    sensitivity = step.sensitivity if step else Sensitivity.SECRET
    shown_last = step.shown_last if step else 0
    raw, value = _text(fact.raw), _text(fact.value)
    sealed = None
    if sensitivity is not Sensitivity.NORMAL and (raw or value):
        sealed = seal({"raw": raw, "value": value})
    return GatherResult(
        call=call,
        visit=visit,
        menu_id=version.menu_id if version else None,
        step_key=visit.step_key,
        field=fact.field,
        sensitivity=sensitivity,
        outcome=fact.outcome,
        raw=shown(raw, sensitivity, shown_last)[:255],
        value=shown(value, sensitivity, shown_last)[:255],
        choice=fact.choice[:128],
        sealed=sealed,
        gathered_at=from_ms(fact.at),
    )


def _text(secret: Secret | None) -> str:
    return secret.reveal() if secret else ""


def _note_on_call(call: Call, facts: Sequence[Fact]) -> None:
    for fact in facts:
        match fact:
            case CallStarted():
                call.answered_at = from_ms(fact.at)
            case CallEnded():
                call.ended_at = from_ms(fact.at)
            case TargetRang():
                CallLeg.objects.filter(call_control_id=fact.leg).update(fate="ringing")
            case TargetLeft():
                CallLeg.objects.filter(call_control_id=fact.leg).update(fate=fact.fate)
            case AlertRaised():
                alerts.error("call %s: %s: %s", call.pk, fact.code, fact.message)
