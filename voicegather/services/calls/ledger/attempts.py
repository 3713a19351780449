"""Attempts at gathers, as they began and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voicegather.engine.facts import AttemptBegan, AttemptEnded, Fact
from voicegather.models import GatherAttempt, StepVisit
from voicegather.sealing import seal
from voicegather.services.calls.ledger.rows import update
from voicegather.services.moments import from_ms, to_ms


def write_attempts(facts: Sequence[Fact], visits: Mapping[int, StepVisit]) -> None:
    """Insert attempts that began and note how others ended; what was entered is sealed."""
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
    update(
        GatherAttempt,
        [known[each] for each in changed],
        ["outcome", "status", "sealed_digits", "ended_at", "milliseconds"],
    )
