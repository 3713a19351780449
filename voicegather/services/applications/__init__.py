"""The site's Call Control Application at Telnyx, and the numbers that lead to it."""

from __future__ import annotations

from voicegather.services.applications.addresses import (
    AddressError,
    webhook_address,
    webhook_of_site,
)
from voicegather.services.applications.carrying_out import Done, carry_out
from voicegather.services.applications.planning import Change, Plan, PlanError, plan_application
from voicegather.services.applications.refusals import advice_on

__all__ = [
    "AddressError",
    "Change",
    "Done",
    "Plan",
    "PlanError",
    "advice_on",
    "carry_out",
    "plan_application",
    "webhook_address",
    "webhook_of_site",
]
