"""Callers of a bank, whose webhooks come in at the front door; and replays of what they did."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from tests import line as wire
from tests.services.menu_tests.saved import bank, owner
from voicegather.models import Call, Choice, Menu, PhoneNumber, Replay, Step
from voicegather.services import dispatch, jobs, replays
from voicegather.services.menus import publish_menu

_legs = itertools.count(1)

#: What a caller does in an attempt besides entering keys.
SILENT, GONE = None, "hangs up"


def open_line(**changes: Any) -> Menu:
    """The bank's menu, published, answering its number."""
    menu = bank(**changes)
    publish_menu(menu=menu)
    PhoneNumber.objects.create(number=wire.NUMBER, menu=menu)
    return menu


def call(deeds: Iterable[str | None], *, ends: bool = True) -> Call:
    """A call in which the caller does these, one after the other, as long as they are asked."""
    leg = f"v3:{next(_legs)}"
    found = wire.ring(leg)
    for deed in deeds:
        found.refresh_from_db()
        if deed == GONE or found.phase != "running":
            break
        _enter(found, deed)
    if ends:
        wire.feed(leg, "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
    found.refresh_from_db()
    return found


def _enter(found: Call, deed: str | None) -> None:
    leg = found.legs.get(role="caller").call_control_id
    gather = found.commands.filter(action__startswith="gather").exclude(action="gather_stop")
    seq = gather.latest("seq").seq
    for key in deed or "":
        wire.feed(leg, "call.dtmf.received", digit=key, client_state=wire.token(found, seq))
        found.refresh_from_db()
    status = "valid" if deed else "timeout"
    wire.enter(found, deed or None, status)


def replay(menu: Menu, **choice: Any) -> Replay:
    """A replay of the menu's calls on its draft, run to its end."""
    started = replays.start_replay(replays.Choice(menu=menu, **choice), owner=owner())
    # Where the test commits, this process takes the job by itself.
    assert dispatch.wait_until_idle(30)
    jobs.run_job(f"replay:{started.pk}")
    started.refresh_from_db()
    assert started.state == "done", started.failure
    return started


def groups(found: Replay) -> list[tuple[str, str, str, str, str, str | None, int]]:
    """Every group as ``(step, old exit, old next, new exit, new next, news, calls)``."""
    names = ("step", "old_exit", "old_next", "new_exit", "new_next", "news", "count")
    return [tuple(each[name] for name in names) for each in found.groups]


def lead(menu: Menu, step: str, value: str, target: str) -> None:
    """Have a choice of a step lead elsewhere in the draft."""
    to = Step.objects.get(menu=menu, key=target)
    changed = Choice.objects.filter(step__menu=menu, step__key=step, value=value)
    assert changed.update(target=to) == 1


def configure(menu: Menu, step: str, **config: Any) -> None:
    """Change settings of a step in the draft."""
    found = Step.objects.get(menu=menu, key=step)
    found.config = {**found.config, **config}
    found.save()


Deeds = Sequence[str | None]
