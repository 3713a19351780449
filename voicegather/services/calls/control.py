"""Live control: what staff do to a call while it runs.

An act is an event like any other: the call's next turn carries it out, and its commands bear the
author's name. Here it is only judged, as far as that is known now, and written down.
"""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.engine.codec import CodecError
from voicegather.engine.events import Act
from voicegather.engine.operator import assists, gathers
from voicegather.engine.state import CallState, Phase
from voicegather.engine.steps.assistant_settings import ASSISTANT_ID
from voicegather.exceptions import UnsealError, VoicegatherError
from voicegather.models import Call, CallEvent, EventSource, OwnEventType
from voicegather.provider.inbox import storable
from voicegather.sealing import seal, unseal
from voicegather.services import dispatch, legs, moments
from voicegather.services.calls.menus import CallMenus
from voicegather.services.destinations import DestinationRefusedError, check_destination
from voicegather.services.display import grouped
from voicegather.services.menus.errors import VersionMissingError
from voicegather.services.menus.journal import note_change

#: Of a message to an assistant, in characters.
LONGEST_MESSAGE = 2_000
LONGEST_TARGET = 255
_DONE_ELSEWHERE = gettext_lazy("This was done to another call: reload the page, and try again.")
_DONE_OTHERWISE = gettext_lazy(
    "Something else was done under this id already: make a new one for each act."
)


class CallOverError(VoicegatherError):
    """The call has ended, or is being hung up: nothing more can be done to it."""


class ActRefusedError(VoicegatherError):
    """The act makes no sense now. Nothing was changed; the message says what to do."""


def act_on_call(
    call: Call,
    act: Act,
    *,
    author: AbstractBaseUser,
    act_id: UUID,
    target: str = "",
    text: str = "",
    answer_now: bool = False,
) -> None:
    """Have `act` done to `call` by its next turn, once for each `act_id`.

    `target` is a step's key, an assistant's id or a destination; `text` the message for a running
    assistant, which it answers at once if `answer_now`. Whether `author` may act is for the caller
    of this to ask. Raises CallOverError and ActRefusedError.
    """
    target, text = storable(target).strip(), storable(text).strip()
    with transaction.atomic():
        # Locked, so that it cannot end between the look and the act.
        locked = Call.objects.select_for_update().get(pk=call.pk)
        if _is_done(locked, act_id, act, target):
            return
        _require_sense(locked, act, target, text)
        leg = legs.latest_caller_leg(locked.pk)
        moment = moments.now()
        try:
            with transaction.atomic():
                CallEvent.objects.create(
                    source=EventSource.OPERATOR,
                    external_id=str(act_id),
                    call_control_id=leg,
                    call=locked,
                    event_type=OwnEventType.OPERATOR_ACTED,
                    occurred_at=moment,
                    received_at=moment,
                    payload={
                        "act": act.value,
                        "target": target,
                        "answer_now": answer_now,
                        "author": _in_json(author.pk),
                    },
                    sealed=seal({"text": text}),
                )
        except IntegrityError:
            # At this very moment, to another call: its lock is not ours.
            raise ActRefusedError(str(_DONE_ELSEWHERE)) from None
        note_change(author=author, of=locked, message=_told(act, target))
        transaction.on_commit(partial(dispatch.enqueue, leg))


def _in_json(pk: object) -> object:
    """A user's primary key: sites may have others than numbers."""
    return pk if isinstance(pk, int) else str(pk)


def _is_done(call: Call, act_id: UUID, act: Act, target: str) -> bool:
    done = CallEvent.objects.filter(source=EventSource.OPERATOR, external_id=str(act_id)).first()
    if done is None:
        return False
    if done.call_id != call.pk:
        raise ActRefusedError(str(_DONE_ELSEWHERE))
    if (done.payload["act"], done.payload["target"]) != (act.value, target):
        raise ActRefusedError(str(_DONE_OTHERWISE))
    return True


def _require_sense(call: Call, act: Act, target: str, text: str) -> None:
    if call.phase == Phase.ENDED:
        raise CallOverError(_("The call has ended: nothing more can be done to it."))
    if call.phase == Phase.ENDING:
        raise CallOverError(_("The call is being hung up already."))
    if act is Act.HANG_UP:
        return
    if call.phase != Phase.RUNNING:
        raise ActRefusedError(_("The call is not answered yet: wait, or hang up."))
    if len(target) > LONGEST_TARGET:
        raise ActRefusedError(
            _("The target is longer than %(most)s characters.") % {"most": LONGEST_TARGET}
        )
    state = _state_of(call)
    if state.connected:
        raise ActRefusedError(
            _("The caller talks to the person who was rung: you can only hang up.")
        )
    match act:
        case Act.STOP_GATHER if not gathers(state):
            raise ActRefusedError(_("Nothing is being gathered: there is nothing to stop."))
        case Act.JUMP_TO_STEP:
            _require_step(state, target)
        case Act.START_ASSISTANT:
            _require_assistant(target)
        case Act.STOP_ASSISTANT | Act.ADD_MESSAGE if not assists(state):
            raise ActRefusedError(_("No assistant is running in this call: start one first."))
        case Act.TRANSFER:
            _require_destination(target)
    if act is Act.ADD_MESSAGE and not 0 < len(text) <= LONGEST_MESSAGE:
        raise ActRefusedError(
            _("Write a message of 1 to %(most)s characters.") % {"most": grouped(LONGEST_MESSAGE)}
        )


def _state_of(call: Call) -> CallState:
    try:
        return CallState.load(unseal(call.sealed_state))
    except (UnsealError, CodecError):
        raise ActRefusedError(
            _("Where the call stands cannot be read, its sealing key may be gone: you can hang up.")
        ) from None


def _require_step(state: CallState, key: str) -> None:
    if not key:
        raise ActRefusedError(_("Name the step to jump to."))
    try:
        graph = CallMenus().graph(state.frames[-1].graph)
    except (VersionMissingError, CodecError):
        raise ActRefusedError(
            _(
                "The version of the menu that this call is on cannot be read here: "
                "repeat the step, transfer the call, or hang up."
            )
        ) from None
    if key not in graph.steps:
        raise ActRefusedError(
            _("The version of the menu that this call is on has no step “%(key)s”: choose another.")
            % {"key": key}
        )


def _require_assistant(assistant: str) -> None:
    if not ASSISTANT_ID.fullmatch(assistant):
        raise ActRefusedError(
            _("This is no assistant's id: copy it from Telnyx, assistant- and what follows.")
        )


def _require_destination(to: str) -> None:
    try:
        check_destination(to)
    except DestinationRefusedError as problem:
        raise ActRefusedError(str(problem)) from None


def _told(act: Act, target: str) -> str:
    """What the log says. The words of a message are in the event alone, sealed."""
    match act:
        case Act.HANG_UP:
            return _("Hung up.")
        case Act.STOP_GATHER:
            return _("Stopped the gather.")
        case Act.REPEAT_STEP:
            return _("Repeated the step.")
        case Act.JUMP_TO_STEP:
            return _("Sent the caller to step %(target)s.") % {"target": target}
        case Act.START_ASSISTANT:
            return _("Started %(target)s.") % {"target": target}
        case Act.STOP_ASSISTANT:
            return _("Stopped the assistant.")
        case Act.ADD_MESSAGE:
            return _("Told the assistant something.")
        case Act.TRANSFER:
            return _("Transferred to %(target)s.") % {"target": target}
