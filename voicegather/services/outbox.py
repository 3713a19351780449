"""The outbox: a call's queued commands, sent in order by one sender at a time."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, Q, QuerySet

from voicegather import conf
from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    CommandStatus,
    EventSource,
    EventStatus,
    OwnEventType,
)
from voicegather.provider.client import DIAL, Account, CommandAnswer, send_action
from voicegather.sealing import unseal
from voicegather.services import carrying_out, legs, moments
from voicegather.services.queueing import COMMAND_IDS, queue_commands, queue_hang_up

__all__ = [
    "COMMAND_IDS",
    "account_of",
    "queue_commands",
    "queue_hang_up",
    "send_commands",
    "take_lease",
]

#: Waits before the next tries, in seconds. Short ones are slept, longer ones left to the clock.
BACKOFF = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
LONGEST_SLEEP = 0.5
#: Of what a 429 asks us to wait we take so much at the most: a caller listens to nothing.
LONGEST_ASKED = 0.5
ANSWER_FIELDS = ("http_status", "code", "milliseconds")
OUTCOME_FIELDS = ("status", "finished_at", "next_attempt_at")


def take_lease(call: Call, moment: datetime) -> str:
    """Note on `call`, which is locked and saved after, who may send: the holder, "" if another."""
    if call.send_lease_until is not None and call.send_lease_until >= moment:
        return ""
    call.send_owner, call.send_lease_until = uuid4().hex, _lease_end(moment)
    return call.send_owner


def send_commands(call_id: int, holder: str = "") -> int:
    """Send the call's pending commands in order of `seq`; return how many outcomes wait for a fold.

    Only the holder of the call's send lease sends: `holder` has it already, if any. Each outcome
    becomes a CallEvent of source command, for the engine to decide what follows. A command that
    must be tried again later is left pending with its `next_attempt_at`; the clock enqueues the
    call then.
    """
    owner = holder or uuid4().hex
    to_fold = 0
    holding = bool(holder) or _take_lease(call_id, owner)
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
    named = command.action == DIAL and _name_leg(command, answer)
    event = _outcome_event(command, answer)
    _finish(command, CommandStatus.ACCEPTED if answer.accepted else CommandStatus.FAILED, event)
    return _Step(
        to_fold=named or event.status == EventStatus.PENDING,
        goes_on=answer.accepted,
    )


def _name_leg(command: CallCommand, answer: CommandAnswer) -> bool:
    """Whether the leg that a dial made got its name here: events of it may wait for that."""
    if not answer.call_control_id:
        return False
    command.leg = answer.call_control_id
    return legs.give_name(
        command.call.token,
        answer.call_control_id,
        call_leg_id=answer.call_leg_id,
        call_session_id=answer.call_session_id,
    )


def _pending(call_id: int) -> QuerySet[CallCommand]:
    return CallCommand.objects.filter(call_id=call_id, status=CommandStatus.PENDING)


def _first_pending(call_id: int) -> CallCommand | None:
    return _pending(call_id).select_related("call").order_by("seq").first()


def _take_lease(call_id: int, owner: str) -> bool:
    """Take the right to send; False while another sender holds it, or nothing is pending."""
    moment = moments.now()
    free = Q(send_lease_until__isnull=True) | Q(send_lease_until__lt=moment)
    return bool(
        Call.objects.filter(free, Exists(_pending(call_id)), pk=call_id).update(
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
        # With the last answer's status: with none, the command may have been carried out.
        status = command.http_status or 0
        return CommandAnswer(
            False, status, 0, "", "not sent again: Telnyx forgets repeats after 60 s"
        )
    command.attempts += 1
    command.first_sent_at = command.first_sent_at or moments.now()
    command.save(update_fields=["attempts", "first_sent_at"])
    if carrying_out.is_for_the_host(command):
        return carrying_out.start_handler(command)
    params: dict[str, Any] = unseal(command.sealed_params)
    leg = _leg_of(command)
    if not leg and command.action != DIAL:
        return CommandAnswer(False, 404, 0, "", "the call has no leg")
    refusal = carrying_out.forbidden(command.action, params)
    if refusal is not None:
        return refusal
    return send_action(account_of(command.call.connection), leg, command.action, params)


def _leg_of(command: CallCommand) -> str:
    """The leg's name at Telnyx: "" where a dial is still to make it."""
    if not legs.awaits_its_name(command.leg):
        return command.leg
    known = legs.latest_caller_leg(command.call_id) if command.action != DIAL else ""
    return "" if legs.awaits_its_name(known) else known


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
    command.save(update_fields=["next_attempt_at", *ANSWER_FIELDS, "detail"])
    return False


def _finish(command: CallCommand, status: CommandStatus, event: CallEvent | None = None) -> None:
    """Write the command's outcome, and the event that tells of it, together."""
    command.status = status
    command.finished_at = moments.now()
    command.next_attempt_at = None
    with transaction.atomic():
        if event is not None:
            CallEvent.objects.bulk_create([event], ignore_conflicts=True)
        command.save(update_fields=[*OUTCOME_FIELDS, *ANSWER_FIELDS, *_detail_of(command)])


def _detail_of(command: CallCommand) -> tuple[str, ...]:
    """The name of the field `detail`, unless the host's function, which may be done, has it."""
    started = command.status == CommandStatus.ACCEPTED and carrying_out.is_for_the_host(command)
    return () if started else ("detail",)


def _note_answer(command: CallCommand, answer: CommandAnswer) -> None:
    command.http_status = answer.http_status
    command.code = answer.code
    command.detail = answer.detail[:255]
    command.milliseconds = answer.milliseconds


def _outcome_event(command: CallCommand, answer: CommandAnswer) -> CallEvent:
    """The event of an outcome, not stored yet.

    That a command was accepted means nothing to the engine, unless it began a conversation or
    others failed before it: the event is then processed as it is written, and the call spared
    another turn.
    """
    moment = moments.now()
    news = answer.conversation_id or command.call.failures
    settled = answer.accepted and not news
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
            "conversation_id": answer.conversation_id,
        },
    )
