"""What the sample menus ask of the site's own code. A real one would ask its database."""

from __future__ import annotations

from datetime import date

import voicegather

#: Hours that are free, by the reason of a visit.
FREE_HOURS = {"check-up": "9 30", "vaccination": "14 15"}
SATURDAY = 5


@voicegather.validator("clinic_member")
def clinic_member(value: str, call: voicegather.ValidatorCall) -> str | voicegather.Refusal:
    """A member number, without the zeros before it; those that begin with 9 were never given."""
    number = value.lstrip("0")
    return number if number and not number.startswith("9") else voicegather.refuse("unknown")


@voicegather.validator("clinic_day")
def clinic_day(value: str, call: voicegather.ValidatorCall) -> str | voicegather.Refusal:
    """A day on which the clinic is open."""
    is_open = date.fromisoformat(value).weekday() < SATURDAY
    return value if is_open else voicegather.refuse("weekend")


@voicegather.handler("clinic_offer")
def clinic_offer(call: voicegather.HandlerCall) -> voicegather.Result:
    """The first free hour for this reason; the exit `full` where there is none."""
    hour = FREE_HOURS.get(call.variables.get("reason", ""))
    return voicegather.Result({"hour": hour}) if hour else voicegather.Result(exit="full")
