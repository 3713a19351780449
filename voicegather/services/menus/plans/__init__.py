"""Publishing later, and by two: what was seen is pinned, and done when its time comes."""

from voicegather.services.menus.plans.asking import Wish, plan_publication
from voicegather.services.menus.plans.carrying_out import carry_out_due
from voicegather.services.menus.plans.deciding import (
    approve_plan,
    cancel_plan,
    decline_plan,
    settle_plan,
)
from voicegather.services.menus.plans.errors import ApprovalRequiredError, PlanError
from voicegather.services.menus.plans.people import LATEST

__all__ = [
    "LATEST",
    "ApprovalRequiredError",
    "PlanError",
    "Wish",
    "approve_plan",
    "cancel_plan",
    "carry_out_due",
    "decline_plan",
    "plan_publication",
    "settle_plan",
]
