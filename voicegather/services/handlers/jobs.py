"""What a command asks of the site's functions, and whether it is still wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from voicegather.engine.state import Phase
from voicegather.models import Call, CallCommand, CallEvent, CommandStatus, EventSource
from voicegather.sealing import unseal
from voicegather.services import legs
from voicegather.services.queueing import RUN_HANDLER, RUN_VALIDATORS

#: Where a command does not say how long it may take, in seconds.
SECONDS = 5


@dataclass(frozen=True, slots=True)
class Job:
    """One command for the site's functions. `params` are sealed still."""

    command_id: UUID
    seq: int
    action: str
    call: Call
    leg: str
    sealed_params: bytes = field(repr=False)

    def params(self) -> dict[str, Any]:
        """What was asked for; raises UnsealError."""
        params: dict[str, Any] = unseal(self.sealed_params)
        return params


def wanted_job(command_id: UUID | str) -> Job | None:
    """The command's job; None where it is done, superseded, or its call over.

    Raises RuntimeError inside a transaction: what is run then would run inside it, too.
    """
    with transaction.atomic(durable=True):
        command = (
            CallCommand.objects.select_related("call")
            .filter(command_id=command_id, action__in=(RUN_HANDLER, RUN_VALIDATORS))
            .first()
        )
        if command is None or not _is_wanted(command):
            return None
        return job_of(command)


def job_of(command: CallCommand) -> Job:
    """The command's job, wanted or not."""
    return Job(
        command_id=command.command_id,
        seq=command.seq,
        action=command.action,
        call=command.call,
        leg=_leg_of(command),
        sealed_params=bytes(command.sealed_params),
    )


def seconds_of(params: Mapping[str, Any]) -> int:
    """How long the functions may take together, in whole seconds."""
    found = params.get("timeout_s")
    return found if isinstance(found, int) and found >= 1 else SECONDS


def _is_wanted(command: CallCommand) -> bool:
    return (
        command.status in (CommandStatus.PENDING, CommandStatus.ACCEPTED)
        and command.call.phase != Phase.ENDED
        and (command.unconditional or command.seq >= command.call.current_seq)
        and not CallEvent.objects.filter(
            source=EventSource.HANDLER, external_id=str(command.command_id)
        ).exists()
    )


def _leg_of(command: CallCommand) -> str:
    """Under what the call has its events now."""
    if command.leg and not legs.awaits_its_name(command.leg):
        return command.leg
    return legs.latest_caller_leg(command.call_id)
