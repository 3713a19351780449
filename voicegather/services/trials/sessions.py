"""Test calls that people make in the admin, kept between one act and the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.engine.codec import CodecError, from_json, to_json
from voicegather.engine.graph import Graph, StepNode
from voicegather.exceptions import UnsealError
from voicegather.models import Menu, TrialCall
from voicegather.sealing import seal, unseal
from voicegather.services import moments
from voicegather.services.budgets import limits_of_calls
from voicegather.services.menus.errors import VersionMissingError
from voicegather.services.trials.acts import MOST_KEYS, Act, Press, act_document
from voicegather.services.trials.drafts import compiled_draft, graph_of_document
from voicegather.services.trials.errors import ActError, TrialGoneError, TrialMovedError
from voicegather.services.trials.line import Start, begin_line, perform
from voicegather.services.trials.menus import TrialMenus
from voicegather.services.trials.network import Line
from voicegather.services.trials.site import asks_the_site, run_functions
from voicegather.services.trials.telling import Entry, as_shown

#: How long a test call is kept after its last act.
KEPT = timedelta(days=1)
#: Acts of one test call: far more than anybody makes by hand.
MOST_ACTS = 500


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was done: its document, whether in a sensitive step, and whether nothing came."""

    document: dict[str, Any]
    is_sensitive: bool = False
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """A test call, opened: where it stands, all that happened, and the acts so far."""

    row: TrialCall
    line: Line
    graph: Graph
    start: Start
    log: tuple[Entry, ...]
    acts: tuple[Done, ...] = ()


def start_trial(
    menu: Menu, *, owner: AbstractBaseUser, start: Start, runs_functions: bool = False
) -> Trial:
    """Begin a test call on the menu as it stands; it sends nothing, and is no Call.

    With `runs_functions` the site's own handlers and validators are run, as in a call. Test calls
    that nobody led on for a day are deleted. Raises MenuLintError where the menu has errors.
    """
    document = compiled_draft(menu)
    graph = graph_of_document(document)
    TrialCall.objects.filter(updated_at__lt=moments.now() - KEPT).delete()
    menus = TrialMenus(graph)
    played = begin_line(menus, graph, start, token=uuid4().hex, limits=limits_of_calls())
    row = TrialCall(menu=menu, owner_id=owner.pk, document=document, runs_functions=runs_functions)
    trial = Trial(row, played.line, graph, start, played.log)
    trial = _with_functions(trial, menus)
    row.sealed = _sealed(trial)
    row.save(force_insert=True)
    return trial


def open_trial(menu: Menu, trial_id: int, *, owner: AbstractBaseUser) -> Trial:
    """The owner's test call of this menu; raises TrialGoneError."""
    row = TrialCall.objects.filter(pk=trial_id, menu=menu, owner_id=owner.pk).first()
    if row is None:
        raise TrialGoneError(
            _("This test call is gone: test calls are kept for a day. Start a new one.")
        )
    row.menu = menu
    try:
        found = unseal(row.sealed)
        return Trial(
            row,
            Line.load(found["line"]),
            graph_of_document(row.document),
            _start_of(found["start"]),
            tuple(found["log"]),
            tuple(from_json(Done, each) for each in found["acts"]),
        )
    except (UnsealError, CodecError, KeyError) as problem:
        raise TrialGoneError(
            _("This test call cannot be read any more, the site has changed. Start a new one.")
        ) from problem


def act_on_trial(trial: Trial, act: Act, *, seq: int) -> Trial:
    """The test call after `act`, stored, if it still is where its owner saw it (`seq`).

    Raises TrialMovedError where it is not, and ActError where the act cannot be done now.
    """
    if trial.row.seq != seq:
        raise _moved()
    if len(trial.acts) >= MOST_ACTS:
        raise ActError(_("This test call has become too long: start a new one."))
    menus = TrialMenus(trial.graph)
    after = _with_functions(_performed(trial, menus, act), menus)
    with transaction.atomic():
        kept = TrialCall.objects.filter(pk=trial.row.pk, seq=seq).update(
            seq=seq + 1, sealed=_sealed(after), updated_at=moments.now()
        )
    if not kept:
        raise _moved()
    trial.row.seq = seq + 1
    return after


def _performed(trial: Trial, menus: TrialMenus, act: Act) -> Trial:
    try:
        played = perform(menus, trial.line, act, limits=limits_of_calls())
    except (VersionMissingError, CodecError) as problem:
        raise ActError(
            _("A menu that the call is in has gone meanwhile. Start a new one.")
        ) from problem
    done = Done(act_document(act), played.is_sensitive, is_quiet=len(played.log) == 1)
    log, acts = (*trial.log, *played.log), (*trial.acts, done)
    before = trial.acts[-1] if trial.acts else None
    if before is not None and before.is_quiet and isinstance(act, Press):
        together = _pressed_together(before.document, act)
        if together is not None:
            entry = played.log[0] | {"text": as_shown(together, step_of(trial))}
            log = (*trial.log[:-1], entry, *played.log[1:])
            acts = (*trial.acts[:-1], replace(done, document=before.document | {"keys": together}))
    return replace(trial, line=played.line, log=log, acts=acts)


def _pressed_together(before: dict[str, Any], act: Press) -> str | None:
    """Keys pressed one after the other, as those of one act; None where they are too many."""
    keys = str(before.get("keys", "")) + act.keys.reveal()
    return keys if before["act"] == act.name and len(keys) <= MOST_KEYS else None


def step_of(trial: Trial) -> StepNode | None:
    """The step under way, or the last one; None before the first."""
    if not trial.line.path:
        return None
    last = trial.line.path[-1]
    return TrialMenus(trial.graph).graph(last.graph).steps.get(last.step)


def _with_functions(trial: Trial, menus: TrialMenus) -> Trial:
    """The call led on past every function of the site, where those are to be run."""
    while trial.row.runs_functions and asks_the_site(trial.line) and len(trial.acts) < MOST_ACTS:
        trial = _performed(trial, menus, run_functions(trial.line))
    return trial


def start_document(start: Start) -> dict[str, Any]:
    """How a call began, as JSON."""
    document: dict[str, Any] = to_json(start)
    return document


def _start_of(document: dict[str, Any]) -> Start:
    return from_json(Start, document)


def _sealed(trial: Trial) -> bytes:
    return seal(
        {
            "line": trial.line.to_document(),
            "start": start_document(trial.start),
            "log": list(trial.log),
            "acts": to_json(trial.acts),
        }
    )


def _moved() -> TrialMovedError:
    return TrialMovedError(
        _("This test call went on meanwhile, in another tab perhaps: here is where it stands now.")
    )
