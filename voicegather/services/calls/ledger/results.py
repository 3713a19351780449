"""What visits yielded, one row a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voicegather.engine.facts import Fact, InputGathered
from voicegather.engine.graph import Menus, Sensitivity
from voicegather.models import Call, GatherResult, StepVisit
from voicegather.sealing import seal
from voicegather.services.calls.ledger.rows import text_of
from voicegather.services.calls.ledger.visits import step_of
from voicegather.services.display import shortened, shown
from voicegather.services.moments import from_ms

#: What the columns hold; of a longer value they show the beginning, `sealed` holds the whole.
LONGEST_SHOWN = 255


def write_results(
    call: Call, facts: Sequence[Fact], visits: Mapping[int, StepVisit], menus: Menus
) -> None:
    """Insert results, or replace what their visits yielded before in the same fields."""
    rows = [
        _row(call, visits[fact.visit], fact, menus)
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


def _row(call: Call, visit: StepVisit, fact: InputGathered, menus: Menus) -> GatherResult:
    step = step_of(visit, menus)
    sensitivity = step.sensitivity if step else Sensitivity.SECRET
    shown_last = step.shown_last if step else 0
    raw, value = text_of(fact.raw), text_of(fact.value)
    is_plain = sensitivity is Sensitivity.NORMAL and max(len(raw), len(value)) <= LONGEST_SHOWN
    return GatherResult(
        call=call,
        visit=visit,
        menu_id=visit.version.menu_id if visit.version else None,
        step_key=visit.step_key,
        field=fact.field,
        sensitivity=sensitivity,
        outcome=fact.outcome,
        raw=shortened(shown(raw, sensitivity, shown_last), LONGEST_SHOWN),
        value=shortened(shown(value, sensitivity, shown_last), LONGEST_SHOWN),
        choice=fact.choice[:128],
        sealed=None if is_plain or not (raw or value) else seal({"raw": raw, "value": value}),
        gathered_at=from_ms(fact.at),
    )
