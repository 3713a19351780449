"""The budgets that the site's settings give every call."""

from __future__ import annotations

from voicegather import conf
from voicegather.engine.limits import Limits


def limits_of_calls() -> Limits:
    return Limits(
        visits_a_step=conf.get("VISITS_A_STEP"),
        steps_a_call=conf.get("STEPS_A_CALL"),
        minutes_a_call=conf.get("MINUTES_A_CALL"),
    )
