"""The caller's leg of a call that we place: known by a name of ours until Telnyx has one for it.

Under that name the call is enqueued, looked after by the clock, and has events, like any other.
"""

from __future__ import annotations

from django.db import transaction

from voicegather.models import UNFOLDED, CallCommand, CallEvent, CallLeg, CommandStatus, LegRole

_PLACED = "placed:"


def name_before_dialling(token: str) -> str:
    """What stands for the call_control_id of the call with this token, until there is one."""
    return f"{_PLACED}{token}"


def awaits_its_name(leg: str) -> bool:
    """Whether `leg` is such a name, which no command can be sent to."""
    return leg.startswith(_PLACED)


def give_name(token: str, call_control_id: str, **ids: str) -> bool:
    """Let the call's leg be known as Telnyx knows it, with all that waits for it.

    Both the answer to our dial and the leg's first webhook tell: False for whoever comes second.
    `ids` are the leg's `call_leg_id` and `call_session_id`, as far as they are told.
    """
    before = name_before_dialling(token)
    with transaction.atomic():
        leg = CallLeg.objects.filter(call_control_id=before)
        if not leg.update(call_control_id=call_control_id, **ids):
            return False
        take_along(before, call_control_id)
    return True


def take_along(before: str, call_control_id: str) -> None:
    """Move what came in, or was queued, under the leg's first name to the one it has now."""
    CallEvent.objects.filter(call_control_id=before, status__in=UNFOLDED).update(
        call_control_id=call_control_id
    )
    pending = CallCommand.objects.filter(
        call__token=before.removeprefix(_PLACED), leg=before, status=CommandStatus.PENDING
    )
    pending.update(leg=call_control_id)


def named_leg(first_name: str) -> str:
    """The leg that was once known as `first_name`; "" for a call that there is not."""
    token = first_name.removeprefix(_PLACED)
    caller = CallLeg.objects.filter(call__token=token, role=LegRole.CALLER).order_by("pk")
    return caller.values_list("call_control_id", flat=True).first() or ""


def latest_caller_leg(call_id: int) -> str:
    """The caller's leg of a call as it is known now; "" where there is none."""
    caller = CallLeg.objects.filter(call_id=call_id, role=LegRole.CALLER).order_by("pk")
    return caller.values_list("call_control_id", flat=True).first() or ""
