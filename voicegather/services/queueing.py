"""Commands queued beside the call's new state, for the outbox to send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.contrib.auth import get_user_model
from django.db.models import Max

from voicegather import conf
from voicegather.engine.commands import Command, HangUp, Outgoing, RunHandler, RunValidators
from voicegather.engine.secret import Secret
from voicegather.engine.state import CallState
from voicegather.models import Call, CallCommand, CommandStatus, LegRole
from voicegather.provider.actions import TelnyxCommand, to_telnyx
from voicegather.provider.client import DIAL
from voicegather.sealing import seal

#: The namespace of command ids: uuid5 of the call's token and the command's number.
COMMAND_IDS = UUID("6f0f3c0e-6f5b-4f0e-9a51-2f6e4f1f7c11")
RUN_HANDLER, RUN_VALIDATORS = "run_handler", "run_validators"


def queue_commands(
    call: Call,
    state: CallState,
    commands: Sequence[Outgoing],
    *,
    caller_leg: str,
    moment: datetime,
    authors: Mapping[int, object] | None = None,
) -> None:
    """Store commands beside the state that wants them; retire those it wants no more.

    `caller_leg` is the call_control_id that they go to unless they name another. `authors` are the
    users, by their primary key or its text, whose acts led to commands, by the commands' numbers.
    """
    if state.current_seq > call.current_seq:
        CallCommand.objects.filter(
            call=call,
            seq__lt=state.current_seq,
            status=CommandStatus.PENDING,
            unconditional=False,
            first_sent_at__isnull=True,
        ).update(status=CommandStatus.SUPERSEDED, finished_at=moment)
    rows = [_row(call, outgoing, caller_leg, moment) for outgoing in commands]
    for row in rows:
        if row.seq < state.current_seq and not row.unconditional:
            row.status, row.finished_at = CommandStatus.SUPERSEDED, moment
    if authors:
        _sign(rows, authors)
    CallCommand.objects.bulk_create(rows)


def queue_hang_up(call: Call, moment: datetime) -> None:
    """Store a hang-up of the caller's leg without the engine: its state may not be readable."""
    call.commands.filter(status=CommandStatus.PENDING, unconditional=False).update(
        status=CommandStatus.SUPERSEDED, finished_at=moment
    )
    newest = call.commands.aggregate(newest=Max("seq"))["newest"] or 0
    hang_up = Outgoing(newest + 1, HangUp(), unconditional=True)
    caller = call.legs.filter(role=LegRole.CALLER).values_list("call_control_id", flat=True).first()
    _row(call, hang_up, caller or "", moment).save(force_insert=True)


def _row(call: Call, outgoing: Outgoing, caller_leg: str, moment: datetime) -> CallCommand:
    command_id = uuid5(COMMAND_IDS, f"{call.token}:{outgoing.seq}")
    command = _own(outgoing.command)
    if command is None:
        command = to_telnyx(outgoing.command, call_token=call.token, seq=outgoing.seq)
        command.params["command_id"] = str(command_id)
    if command.action == DIAL:
        command.params["connection_id"] = conf.connection_id(call.connection)
    return CallCommand(
        call=call,
        seq=outgoing.seq,
        command_id=command_id,
        action=command.action,
        leg=command.leg or caller_leg,
        sealed_params=seal(command.params),
        unconditional=outgoing.unconditional,
        created_at=moment,
    )


def _own(command: Command) -> TelnyxCommand | None:
    """What is not for Telnyx but for functions of the host; None for everything else."""
    params: dict[str, Any]
    match command:
        case RunHandler():
            params = {
                "handler": command.handler,
                "variables": _revealed(command.variables),
                "options": dict(command.options),
            }
            action = RUN_HANDLER
        case RunValidators():
            entries = [
                {"field": each.field, "validator": each.validator, "value": each.value.reveal()}
                for each in command.entries
            ]
            params, action = {"entries": entries}, RUN_VALIDATORS
        case _:
            return None
    both = {"language": command.language, "timeout_s": command.timeout_s}
    return TelnyxCommand(action, params | both)


def _revealed(variables: Mapping[str, Secret]) -> dict[str, Any]:
    return {name: value.reveal() for name, value in variables.items()}


def _sign(rows: Sequence[CallCommand], authors: Mapping[int, object]) -> None:
    """Write each command's author, unless the user is gone since."""
    users = get_user_model()._default_manager.filter(pk__in=set(authors.values()))
    known = {str(pk): pk for pk in users.values_list("pk", flat=True)}
    for row in rows:
        row.author_id = known.get(str(authors.get(row.seq)))
