"""Changing at Telnyx what was planned, one request at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voicegather.provider import account as telnyx
from voicegather.provider.account import Application, Number
from voicegather.services.applications.planning import Plan


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was changed: the application, or a number that leads to it now."""

    application: Application
    number: Number | None = None


def carry_out(plan: Plan) -> Iterator[Done]:
    """Change what the plan says, and yield each thing as soon as it is done: first the application.

    Raises RefusedError at the first thing that Telnyx does not take: what was yielded before stays
    done, and what was not yielded was not. To plan and carry out again goes on from there.
    """
    application = plan.application
    fields = {change.field: change.new for change in plan.changes}
    if application is None:
        application = telnyx.create_application(plan.account, fields)
        yield Done(application)
    elif fields:
        application = telnyx.update_application(plan.account, application, fields)
        yield Done(application)
    for number in plan.numbers:
        telnyx.point_number(plan.account, number, application.id)
        yield Done(application, number)
