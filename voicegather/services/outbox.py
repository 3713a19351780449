"""The outbox: commands queued with the call's new state, sent in order by one sender at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.db.models import Exists, Max, Q, QuerySet

from voicegather import conf
from voicegather.engine.commands import HangUp, Outgoing
from voicegather.engine.state import CallState
from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    CommandStatus,
    EventSource,
    EventStatus,
    LegRole,
    OwnEventType,
)
from voicegather.provider.actions import to_telnyx
from voicegather.provider.client import Account, CommandAnswer, send_action
from voicegather.sealing import seal, unseal
from voicegather.services import moments

#: The namespace of command ids: uuid5 of the call's token and the command's number.
COMMAND_IDS = UUID("6f0f3c0e-6f5b-4f0e-9a51-2f6e4f1f7c11")

#: Waits before the next tries, in seconds. Short ones are slept, longer ones left to the clock.
BACKOFF = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
LONGEST_SLEEP = 0.5
#: Of what a 429 asks us to wait we take so much at the most: a caller listens to nothing.
LONGEST_ASKED = 0.5


def queue_commands(
    call: Call, state: CallState, commands: Sequence[Outgoing], *, caller_leg: str, moment: datetime
) -> None:
    """Store commands beside the state that wants them; retire those it wants no more.

    `caller_leg` is the call_control_id that they go to unless they name another.
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
    CallCommand.objects.bulk_create(rows)


def queue_hang_up(call: Call, moment: datetime) -> None:
    """Store a hang-up of the caller's leg without the engine: its state may not be readable."""
    _pending(call.pk).filter(unconditional=False).update(
        status=CommandStatus.SUPERSEDED, finished_at=moment
    )
    newest = call.commands.aggregate(newest=Max("seq"))["newest"] or 0
    hang_up = Outgoing(newest + 1, HangUp(), unconditional=True)
    caller = call.legs.filter(role=LegRole.CALLER).values_list("call_control_id", flat=True).first()
    _row(call, hang_up, caller or "", moment).save(force_insert=True)


def _row(call: Call, outgoing: Outgoing, caller_leg: str, moment: datetime) -> CallCommand:
    telnyx = to_telnyx(outgoing.command, call_token=call.token, seq=outgoing.seq)
    command_id = uuid5(COMMAND_IDS, f"{call.token}:{outgoing.seq}")
    return CallCommand(
        call=call,
        seq=outgoing.seq,
        command_id=command_id,
        action=telnyx.action,
        leg=telnyx.leg or caller_leg,
        sealed_params=seal(telnyx.params | {"command_id": str(command_id)}),
        unconditional=outgoing.unconditional,
        created_at=moment,
    )


def send_commands(call_id: int) -> int:
    """Send the call's pending commands in order of `seq`; return how many outcomes wait for a fold.

    Only the holder of the call's send lease sends. Each outcome becomes a CallEvent of source
    command, for the engine to decide what follows. A command that must be tried again later is
    left pending with its `next_attempt_at`; the clock enqueues the call then.
    """
    owner = uuid4().hex
    to_fold = 0
    holding = _pending(call_id).exists() and _take_lease(call_id, owner)
    try:
        while holding:
            command = _first_pending(call_id)
            if command is None or _must_wait(command):
                break
            step = _send(command)
            to_fold += step.to_fold
            if not step.goes_on:
                break
            holding = _keep_lease(call_id, owner)
    finally:
        if holding:
            _release_lease(call_id, owner)
    return to_fold


class _Step(NamedTuple):
    """What came of one look at a command: an outcome for the engine, and whether to go on."""

    to_fold: bool
    goes_on: bool


def _send(command: CallCommand) -> _Step:
    if not _is_wanted(command):
        _finish(command, CommandStatus.SUPERSEDED)
        return _Step(to_fold=False, goes_on=True)
    answer = _try(command)
    if answer.is_worth_retrying and _is_within_patience(command):
        return _Step(to_fold=False, goes_on=_pause(command, answer))
    _note_answer(command, answer)
    event = _outcome_event(command, answer)
    _finish(command, CommandStatus.ACCEPTED if answer.accepted else CommandStatus.FAILED, event)
    return _Step(to_fold=event.status == EventStatus.PENDING, goes_on=answer.accepted)


def _pending(call_id: int) -> QuerySet[CallCommand]:
    return CallCommand.objects.filter(call_id=call_id, status=CommandStatus.PENDING)


def _first_pending(call_id: int) -> CallCommand | None:
    return _pending(call_id).select_related("call").order_by("seq").first()


def _take_lease(call_id: int, owner: str) -> bool:
    """Take the right to send; False while another sender holds it."""
    moment = moments.now()
    free = Q(send_lease_until__isnull=True) | Q(send_lease_until__lt=moment)
    return bool(
        Call.objects.filter(free, pk=call_id).update(
            send_owner=owner, send_lease_until=_lease_end(moment)
        )
    )


def _keep_lease(call_id: int, owner: str) -> bool:
    """Renew it while commands wait; else give it back and return False.

    Both at one stroke: what another worker has queued, and could not send because of us, is ours.
    """
    mine = Call.objects.filter(pk=call_id, send_owner=owner)
    if mine.exclude(Exists(_pending(call_id))).update(send_owner="", send_lease_until=None):
        return False
    return bool(mine.update(send_lease_until=_lease_end(moments.now())))


def _lease_end(moment: datetime) -> datetime:
    return moment + timedelta(seconds=conf.get("SEND_LEASE_SECONDS"))


def _release_lease(call_id: int, owner: str) -> None:
    Call.objects.filter(pk=call_id, send_owner=owner).update(send_owner="", send_lease_until=None)


def _must_wait(command: CallCommand) -> bool:
    return command.next_attempt_at is not None and command.next_attempt_at > moments.now()


def _is_wanted(command: CallCommand) -> bool:
    return command.unconditional or command.seq >= command.call.current_seq


def _is_within_patience(command: CallCommand) -> bool:
    """Telnyx drops a repeat only for 60 seconds: beyond our patience nothing is sent again."""
    if command.first_sent_at is None:
        return True
    patience = timedelta(seconds=conf.get("COMMAND_PATIENCE_SECONDS"))
    return moments.now() < command.first_sent_at + patience


def _try(command: CallCommand) -> CommandAnswer:
    """One try over the network, noted before it is made."""
    if not _is_within_patience(command):
        return CommandAnswer(False, 400, 0, "", "not sent again: Telnyx forgets repeats after 60 s")
    command.attempts += 1
    command.first_sent_at = command.first_sent_at or moments.now()
    command.save(update_fields=["attempts", "first_sent_at"])
    if not command.leg:
        return CommandAnswer(False, 404, 0, "", "the call has no leg")
    params: dict[str, Any] = unseal(command.sealed_params)
    return send_action(account_of(command.call.connection), command.leg, command.action, params)


def account_of(connection: str) -> Account:
    """The Telnyx account of a connection's name, from the settings."""
    api_key, base_url = conf.credentials(connection)
    return Account(api_key, base_url, conf.get("COMMAND_TIMEOUT_SECONDS"))


def _pause(command: CallCommand, answer: CommandAnswer) -> bool:
    """Wait before the next try: True after a short sleep, False when the clock will come back."""
    wait = BACKOFF[min(command.attempts, len(BACKOFF)) - 1]
    wait = max(wait, min(answer.retry_after, LONGEST_ASKED))
    if wait <= LONGEST_SLEEP:
        time.sleep(wait)
        return True
    command.next_attempt_at = moments.now() + timedelta(seconds=wait)
    _note_answer(command, answer)
    command.save(update_fields=["next_attempt_at", "http_status", "code", "detail", "milliseconds"])
    return False


def _finish(command: CallCommand, status: CommandStatus, event: CallEvent | None = None) -> None:
    """Write the command's outcome, and the event that tells of it, together."""
    command.status = status
    command.finished_at = moments.now()
    command.next_attempt_at = None
    with transaction.atomic():
        if event is not None:
            CallEvent.objects.bulk_create([event], ignore_conflicts=True)
        command.save(
            update_fields=[
                "status",
                "finished_at",
                "next_attempt_at",
                "http_status",
                "code",
                "detail",
                "milliseconds",
            ]
        )


def _note_answer(command: CallCommand, answer: CommandAnswer) -> None:
    command.http_status = answer.http_status
    command.code = answer.code
    command.detail = answer.detail[:255]
    command.milliseconds = answer.milliseconds


def _outcome_event(command: CallCommand, answer: CommandAnswer) -> CallEvent:
    """The event of an outcome, not stored yet.

    That a command was accepted means nothing to the engine, unless others failed before it: the
    event is then processed as it is written, and the call spared another turn.
    """
    moment = moments.now()
    settled = answer.accepted and not command.call.failures
    return CallEvent(
        source=EventSource.COMMAND,
        external_id=str(command.command_id),
        call_control_id=command.leg,
        call=command.call,
        event_type=OwnEventType.COMMAND_ACCEPTED
        if answer.accepted
        else OwnEventType.COMMAND_FAILED,
        occurred_at=moment,
        received_at=moment,
        status=EventStatus.PROCESSED if settled else EventStatus.PENDING,
        processed_at=moment if settled else None,
        payload={
            "seq": command.seq,
            "action": command.action,
            "http_status": answer.http_status,
            "code": answer.code,
            "milliseconds": answer.milliseconds,
        },
    )
