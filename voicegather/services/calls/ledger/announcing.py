"""The engine's facts as signals, for the site's own code: made only for those who listen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from voicegather import signals
from voicegather.engine.facts import CallEnded, CallStarted, Fact, InputGathered, StepEntered
from voicegather.engine.graph import Menus, Sensitivity
from voicegather.models import Call, StepVisit
from voicegather.services.calls.ledger.visits import step_of


def announce(
    call: Call, facts: Sequence[Fact], visits: Mapping[int, StepVisit], menus: Menus
) -> None:
    """Send what happened once the transaction is committed; nothing where nobody listens."""
    for fact in facts:
        signal, told = _SIGNALS.get(type(fact), (None, None))
        if signal is not None and told is not None and signal.has_listeners(Call):
            parts = {"told": told(call, fact, visits, menus)}
            transaction.on_commit(partial(signal.send_robust, Call, **parts))


def _started(call: Call, fact: CallStarted, *rest: Any) -> signals.CallStarted:
    return signals.CallStarted(
        call_id=call.pk,
        token=call.token,
        menu=_menu_of(call),
        direction=call.direction,
        caller=call.caller,
        called=call.called,
    )


def _ended(call: Call, fact: CallEnded, *rest: Any) -> signals.CallEnded:
    return signals.CallEnded(
        call_id=call.pk,
        token=call.token,
        menu=_menu_of(call),
        outcome=str(fact.outcome),
        reason=fact.reason,
    )


def _entered(
    call: Call, fact: StepEntered, visits: Mapping[int, StepVisit], menus: Menus
) -> signals.StepEntered:
    return signals.StepEntered(
        call_id=call.pk,
        token=call.token,
        menu=menus.graph(fact.graph).menu,
        step=fact.step,
        visit=fact.visit,
        language=fact.language,
    )


def _gathered(
    call: Call, fact: InputGathered, visits: Mapping[int, StepVisit], menus: Menus
) -> signals.InputGathered:
    visit = visits[fact.visit]
    step = step_of(visit, menus)
    return signals.InputGathered(
        call_id=call.pk,
        token=call.token,
        menu=menus.graph(visit.version.sha256).menu if visit.version else "",
        step=visit.step_key,
        field=fact.field,
        visit=fact.visit,
        outcome=str(fact.outcome),
        sensitivity=str(step.sensitivity if step else Sensitivity.SECRET),
        value=fact.value,
        choice=fact.choice,
    )


def _menu_of(call: Call) -> str:
    return call.menu.slug if call.menu else ""


_SIGNALS: Mapping[type[Fact], tuple[Signal, Callable[..., Any]]] = {
    CallStarted: (signals.call_started, _started),
    StepEntered: (signals.step_entered, _entered),
    InputGathered: (signals.input_gathered, _gathered),
    CallEnded: (signals.call_ended, _ended),
}
