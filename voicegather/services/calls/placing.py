"""Calls that we place: written down whole before anybody is rung.

`caller` is the party on the caller's leg, whom we ring, and `called` our own number, as in calls
that come in: menus, analytics and exports mean the same by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from uuid import UUID, uuid4, uuid5

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.engine.commands import Dial, Outgoing
from voicegather.engine.graph import Graph
from voicegather.engine.outbound import DIAL_SEQ, begin_outbound
from voicegather.engine.secret import Secret
from voicegather.engine.state import Variable
from voicegather.engine.turn import BUILT_IN_VARIABLES
from voicegather.engine.variables import LONGEST_VALUE, MOST_VARIABLES, NAMING, is_variable_name
from voicegather.exceptions import MenuError
from voicegather.models import Call, CallLeg, Direction, LegRole, Menu, MenuVersion, PhoneNumber
from voicegather.models.numbers import E164_PATTERN
from voicegather.provider.inbox import storable
from voicegather.sealing import seal
from voicegather.services import dispatch, legs, moments
from voicegather.services.destinations import check_destination
from voicegather.services.display import grouped
from voicegather.services.inputs import InputError, InputProblem
from voicegather.services.menus import graph_of
from voicegather.services.menus.errors import MenuArchivedError
from voicegather.services.menus.snapshots import snapshot_draft
from voicegather.services.parties import e164_of
from voicegather.services.queueing import queue_commands
from voicegather.services.wording import translated

#: For how long Telnyx rings, in seconds (Telnyx docs: Dial, timeout_secs).
SHORTEST_RING, LONGEST_RING = 5, 600
#: The namespace of the tokens of calls that were asked for by an id.
_PLACED = UUID("5a1f3c52-6d0e-4b77-9a55-1d4f0c7f8e21")


class MenuNotPublishedError(MenuError):
    """A call cannot be placed with a menu that has no live version: publish it first."""

    def __init__(self, menu: Menu) -> None:
        super().__init__(
            _("Menu “%(menu)s” has no live version: publish it first.") % {"menu": menu}
        )


def place_call(
    menu: Menu,
    *,
    to: str,
    from_: str,
    variables: Mapping[str, str] | None = None,
    connection: str = "default",
    timeout_seconds: int = 30,
    detect_machine: bool = False,
    language: str = "",
    author: AbstractBaseUser | None = None,
    version: MenuVersion | None = None,
    is_test: bool = False,
    act_id: UUID | None = None,
) -> Call:
    """Ring `to` (E.164 or a SIP URI) from our number `from_`, and walk whoever answers through.

    The menu is its live version, or `version` of it. `variables` are what its prompts and branches
    know from the start. What is gathered in a call that `is_test` is left out of exports. The same
    `act_id` of the same author rings once: again, it returns the first call. Nobody is rung before
    the transaction is committed. Raises MenuNotPublishedError, MenuArchivedError,
    DestinationRefusedError, and InputError with every other problem, each with the argument's
    name; nothing is changed then.
    """
    if menu.archived_at is not None:
        raise MenuArchivedError(menu)
    chosen = version or menu.live_version
    if chosen is None or chosen.menu_id != menu.pk:
        raise MenuNotPublishedError(menu)
    graph = graph_of(chosen.sha256)
    given = dict(variables or {})
    problems = (
        *_number_problems(from_),
        *_connection_problems(connection),
        *_variable_problems(given),
        *_ringing_problems(timeout_seconds),
        *_language_problems(language, graph),
    )
    if problems:
        raise InputError(problems)
    check_destination(to)
    token, moment = _token_of(act_id, author), moments.now()
    state = begin_outbound(
        graph,
        token=token,
        caller=to,
        called=from_,
        now=moments.to_ms(moment),
        ring_seconds=timeout_seconds,
        language=language,
        detect_machine=detect_machine,
        variables={name: Variable(Secret(storable(text))) for name, text in given.items()},
    )
    dial = Dial(to=to, from_=from_, timeout_s=timeout_seconds, detect_machine=detect_machine)
    leg = legs.name_before_dialling(token)
    with transaction.atomic():
        call, is_new = Call.objects.get_or_create(
            token=token,
            defaults={
                "direction": Direction.OUTBOUND,
                "number": PhoneNumber.objects.filter(number=from_).first(),
                "menu": menu,
                "version": chosen,
                "connection": connection,
                "caller": to,
                "caller_e164": e164_of(to),
                "called": from_,
                "called_e164": from_,
                "language": state.language,
                "placed_by_id": author.pk if author else None,
                "is_test": is_test,
                "phase": state.phase,
                "sealed_state": seal(state.to_document()),
                "wake_at": moments.from_ms(state.wake_at) if state.wake_at else None,
                "started_at": moment,
            },
        )
        if not is_new:
            return call
        CallLeg.objects.create(call=call, call_control_id=leg, role=LegRole.CALLER)
        queue_commands(
            call,
            state,
            [Outgoing(DIAL_SEQ, dial)],
            caller_leg=leg,
            moment=moment,
            authors={DIAL_SEQ: author.pk} if author else None,
        )
        transaction.on_commit(partial(dispatch.enqueue, leg))
    return call


def place_test_call(
    menu: Menu,
    *,
    to: str,
    from_: str,
    author: AbstractBaseUser,
    language: str = "",
    act_id: UUID | None = None,
) -> Call:
    """Call staff with the menu as it stands, published or not. Nothing becomes live.

    Raises what :func:`place_call` raises, and MenuLintError where the menu has errors.
    """
    number = PhoneNumber.objects.filter(number=from_).first()
    with transaction.atomic():
        return place_call(
            menu,
            to=to,
            from_=from_,
            connection=number.connection if number else "default",
            language=language,
            author=author,
            version=snapshot_draft(menu),
            is_test=True,
            act_id=act_id,
        )


def _token_of(act_id: UUID | None, author: AbstractBaseUser | None) -> str:
    """A new call's token; the same one for the same `act_id` of the same author."""
    if act_id is None:
        return uuid4().hex
    return uuid5(_PLACED, f"{author.pk if author else ''}:{act_id}").hex


def _number_problems(from_: str) -> Iterator[InputProblem]:
    if not re.fullmatch(E164_PATTERN, from_):
        message = _("Write the number to call from with + and its country code: +13125550100")
        yield InputProblem(("from",), message)


def _connection_problems(connection: str) -> Iterator[InputProblem]:
    if connection not in conf.connection_names():
        known = ", ".join(conf.connection_names())
        yield InputProblem(
            ("connection",), _("There is no such connection; known: %(known)s.") % {"known": known}
        )
    elif not conf.connection_id(connection):
        where = (
            "VOICEGATHER['TELNYX_CONNECTION_ID']"
            if connection == "default"
            else f"VOICEGATHER['CONNECTIONS'][{connection!r}]['connection_id']"
        )
        message = _(
            "No calls can be placed yet: set %(where)s to the Call Control Application's id."
        ) % {"where": where}
        yield InputProblem(("connection",), message)


def _variable_problems(variables: Mapping[str, object]) -> Iterator[InputProblem]:
    if len(variables) > MOST_VARIABLES:
        yield InputProblem(
            ("variables",),
            _("Give at most %(most)s variables.") % {"most": MOST_VARIABLES},
        )
        return
    for name, text in variables.items():
        if not is_variable_name(name):
            yield InputProblem(("variables",), translated(NAMING))
        elif name in BUILT_IN_VARIABLES:
            message = _("Every call knows “%(name)s” already: name it otherwise.") % {"name": name}
            yield InputProblem(("variables",), message)
        elif not isinstance(text, str) or len(text) > LONGEST_VALUE:
            message = _("Give a text of at most %(most)s characters.") % {
                "most": grouped(LONGEST_VALUE)
            }
            yield InputProblem(("variables", name), message)


def _ringing_problems(seconds: int) -> Iterator[InputProblem]:
    if not SHORTEST_RING <= seconds <= LONGEST_RING:
        message = _("Ring for %(shortest)s to %(longest)s seconds.") % {
            "shortest": SHORTEST_RING,
            "longest": LONGEST_RING,
        }
        yield InputProblem(("timeout_seconds",), message)


def _language_problems(language: str, graph: Graph) -> Iterator[InputProblem]:
    if language and language not in graph.languages:
        known = ", ".join(graph.languages)
        yield InputProblem(
            ("language",), _("This version speaks %(known)s only.") % {"known": known}
        )
