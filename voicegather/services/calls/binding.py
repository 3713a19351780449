"""Which Call a leg belongs to: known, named by our own token, new, or nobody's yet."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple
from uuid import uuid4

from django.db import IntegrityError, connections, router, transaction

from voicegather import conf
from voicegather.engine.advance import begin, refuse
from voicegather.engine.graph import Graph
from voicegather.models import (
    UNFOLDED,
    Call,
    CallEvent,
    CallLeg,
    Diversion,
    EventStatus,
    LegRole,
    PhoneNumber,
)
from voicegather.provider import client_state
from voicegather.provider.events import is_incoming
from voicegather.sealing import seal
from voicegather.services import legs, moments, unknown_number
from voicegather.services.calls.answering import Answering, answering
from voicegather.services.diversions import diversion_of
from voicegather.services.menus import graph_of
from voicegather.services.parties import e164_of

OPENING_EVENTS = ("call.initiated", "call.answered")


class BoundCall(NamedTuple):
    """A Call's id, and the roles of all its legs by their call_control_id."""

    pk: int
    roles: dict[str, str]


def call_of_leg(call_control_id: str) -> BoundCall | None:
    """The Call that this leg is part of, opening or joining it where needed.

    None when no event says yet what the leg is: its events then wait as orphans, and are folded
    when the call appears.
    """
    known = _known(call_control_id)
    if known is not None:
        return known
    if legs.awaits_its_name(call_control_id):
        return _named_since(call_control_id)
    waiting = list(
        CallEvent.objects.filter(
            call_control_id=call_control_id,
            status__in=UNFOLDED,
        ).order_by("occurred_at", "pk")
    )
    if not waiting:
        return None
    if _join_by_token(call_control_id, waiting) or _open(call_control_id, waiting):
        return _known(call_control_id)
    pending = [event.pk for event in waiting if event.status == EventStatus.PENDING]
    CallEvent.objects.filter(pk__in=pending, status=EventStatus.PENDING).update(
        status=EventStatus.ORPHAN
    )
    # Another worker may have opened the call since we looked: then it is ours to fold.
    return _known(call_control_id)


def _known(call_control_id: str) -> BoundCall | None:
    """By hand, as it is asked for with each event: Django takes longer to make such a question."""
    with connections[router.db_for_write(CallLeg)].cursor() as cursor:
        cursor.execute(_legs_beside(), [call_control_id])
        rows = cursor.fetchall()
    return BoundCall(rows[0][0], {leg: role for _, leg, role in rows}) if rows else None


@lru_cache(maxsize=1)
def _legs_beside() -> str:
    table = CallLeg._meta.db_table
    return (
        f'SELECT leg.call_id, leg.call_control_id, leg.role FROM "{table}" known '  # noqa: S608
        f'JOIN "{table}" leg ON leg.call_id = known.call_id '
        "WHERE known.call_control_id = %s ORDER BY leg.id"
    )


def _named_since(first_name: str) -> BoundCall | None:
    """The call of a leg that we dialled, asked for by a name that it does not go by any more."""
    leg = legs.named_leg(first_name)
    if not leg:
        return None
    legs.take_along(first_name, leg)
    return _known(leg)


def _join_by_token(call_control_id: str, events: Sequence[CallEvent]) -> bool:
    """Bind a leg that our own transfer or dial made: it never runs a menu."""
    for event in events:
        state = client_state.decode(event.payload.get("client_state"))
        call = state and Call.objects.filter(token=state.call_token).only("pk").first()
        if state and call:
            role = LegRole.TARGET if state.is_target else LegRole.CALLER
            if role is LegRole.CALLER:
                legs.give_name(state.call_token, call_control_id, **_ids(event))
            CallLeg.objects.get_or_create(
                call_control_id=call_control_id,
                defaults={"call": call, "role": role, **_ids(event)},
            )
            return True
    return False


def _open(call_control_id: str, events: Sequence[CallEvent]) -> bool:
    """Have the Call of an inbound leg created, exactly once whoever comes first."""
    opening = next((event for event in events if event.event_type in OPENING_EVENTS), None)
    if opening is None:
        return False
    called = _party(opening, "to")
    called_e164 = e164_of(called)
    number = (
        PhoneNumber.objects.select_related(
            "menu__live_version", "closed_menu__live_version", "calendar"
        )
        .defer("menu__live_version__document", "closed_menu__live_version__document")
        .filter(number=called_e164, is_active=True)
        .first()
        if called_e164
        else None
    )
    if opening.event_type == "call.initiated" and not is_incoming(opening.payload):
        return False
    if opening.event_type == "call.answered" and number is None:
        return False
    diversion = diversion_of(number, moments.now()) if number else None
    with suppress(IntegrityError), transaction.atomic(durable=True):
        call = _new_call(opening, called, called_e164, number, diversion)
        CallLeg.objects.create(
            call=call,
            call_control_id=call_control_id,
            role=LegRole.CALLER,
            **_ids(opening),
        )
    return True


def _new_call(
    opening: CallEvent,
    called: str,
    called_e164: str | None,
    number: PhoneNumber | None,
    diversion: Diversion | None,
) -> Call:
    caller = _party(opening, "from")
    moment = moments.now()
    if diversion is not None:
        answers = Answering(diversion.menu)
    else:
        answers = answering(number, at=moments.to_ms(moment)) if number else Answering(None)
    version = answers.menu.live_version if answers.menu else None
    token = uuid4().hex
    graph: Graph | None = graph_of(version.sha256) if version else _graph_for_nobody()
    parties = {
        "token": token,
        "caller": caller,
        "called": called,
        "now": moments.to_ms(moment),
    }
    state = begin(graph, **parties) if graph else refuse(**parties)  # type: ignore[arg-type]
    return Call.objects.create(
        token=token,
        number=number,
        menu=answers.menu if version else None,
        version=version,
        diversion=diversion,
        opening=answers.opening,
        connection=number.connection if number else "default",
        caller=caller,
        caller_e164=e164_of(caller),
        called=called,
        called_e164=called_e164,
        language=state.language,
        phase=state.phase,
        sealed_state=seal(state.to_document()),
        wake_at=moments.from_ms(state.wake_at) if state.wake_at else None,
        started_at=opening.occurred_at,
    )


def _graph_for_nobody() -> Graph | None:
    return unknown_number.graph() if conf.get("UNKNOWN_NUMBER") == "tell" else None


def _party(event: CallEvent, name: str) -> str:
    value = event.payload.get(name)
    return value[:255] if isinstance(value, str) else ""


def _ids(event: CallEvent) -> dict[str, str]:
    return {
        name: value[:64] if isinstance(value := event.payload.get(name), str) else ""
        for name in ("call_leg_id", "call_session_id")
    }
