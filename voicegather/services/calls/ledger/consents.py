"""Proof of what callers were asked before a model listened, and of what they answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voicegather.engine.facts import ConsentAnswered, Fact
from voicegather.models import Call, Consent, StepVisit
from voicegather.services.moments import from_ms


def write_consents(call: Call, facts: Sequence[Fact], visits: Mapping[int, StepVisit]) -> None:
    """One row a visit; where a visit is answered for twice the later answer counts."""
    rows = {
        fact.visit: Consent(
            call=call,
            visit=visits[fact.visit],
            prompt=fact.prompt,
            words=fact.words,
            language=fact.language,
            key=fact.key[:10],
            given=fact.given,
            answered_at=from_ms(fact.at),
        )
        for fact in facts
        if isinstance(fact, ConsentAnswered)
    }
    if rows:
        Consent.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["visit"],
            update_fields=["prompt", "words", "language", "key", "given", "answered_at"],
        )
