"""A test call as a pure function: begun on a draft, and led on by acts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine import events
from voicegather.engine.advance import begin
from voicegather.engine.events import (
    AiGatherStatus,
    AnsweredBy,
    CallAnswered,
    CallHungUp,
    CallInitiated,
    ConversationFailed,
    EntriesJudged,
    GatherStatus,
    HandlerFailed,
    HandlerReturned,
    HistoryTold,
    KeyPressed,
    MachineDetected,
    Message,
    TargetAnswered,
    TargetFate,
    TimerDue,
)
from voicegather.engine.facts import ConversationKind
from voicegather.engine.graph import Graph, Sensitivity
from voicegather.engine.limits import DEFAULT_LIMITS, Limits
from voicegather.engine.outbound import begin_outbound
from voicegather.engine.secret import Secret
from voicegather.engine.state import Phase, Variable
from voicegather.engine.template import speaking_ms
from voicegather.services.trials.acts import (
    Act,
    Answer,
    AssistantEnds,
    Fail,
    Fate,
    HangUp,
    Judge,
    ModelFails,
    Press,
    Return,
    Say,
    StaySilent,
    TargetActs,
    checked,
)
from voicegather.services.trials.errors import ActError
from voicegather.services.trials.exchange import KEY_MS, Exchange, Surroundings
from voicegather.services.trials.network import Line, Modelling, Network
from voicegather.services.trials.telling import Entry, as_shown

RING_SECONDS = 30
SPEECH_MS = 2_000
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Start:
    """How a test call begins. `at` is the pretended moment, in milliseconds since 1970 UTC.

    `answered_by` is None for a call that comes in; else we place it, and that is who takes it.
    `variables` are what the call brings with it.
    """

    at: int
    caller: str = ""
    called: str = ""
    language: str = ""
    answered_by: AnsweredBy | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Played:
    """Where the call stands now, what was added to its log, and whether that act was sensitive."""

    line: Line
    log: tuple[Entry, ...]
    is_sensitive: bool = False


def begin_line(
    menus: Surroundings, graph: Graph, start: Start, *, token: str, limits: Limits = DEFAULT_LIMITS
) -> Played:
    """A call on `graph`, answered, as far as it goes before it waits for an act."""
    exchange = Exchange(menus, new_line(graph, start, token=token), limits)
    answer(exchange, start)
    exchange.rest()
    return Played(exchange.line(), tuple(exchange.log))


def new_line(graph: Graph, start: Start, *, token: str) -> Line:
    """A call on `graph` before anything has happened in it."""
    make = begin if start.answered_by is None else _begin_placed
    state = make(
        graph,
        token=token,
        caller=start.caller,
        called=start.called,
        now=start.at,
        language=start.language,
    )
    if start.variables:
        given = {name: Variable(Secret(text)) for name, text in start.variables.items()}
        state = state.but(variables=given)
    return Line(state, start.at)


def answer(exchange: Exchange, start: Start) -> None:
    """Answer the call that came in, or have the one that we placed answered."""
    exchange.feed(CallInitiated(exchange.now))
    exchange.settle()
    if start.answered_by is not None:
        exchange.feed(CallAnswered(exchange.now))
        exchange.feed(MachineDetected(exchange.now, start.answered_by))


_begin_placed = partial(begin_outbound, ring_seconds=RING_SECONDS, detect_machine=True)


def perform(
    menus: Surroundings, line: Line, act: Act, *, limits: Limits = DEFAULT_LIMITS
) -> Played:
    """The call after `act`. Raises ActError where nobody in this call could do that now."""
    if line.state.phase is Phase.ENDED:
        raise ActError(_("The call is over: start a new one."))
    act = checked(act)
    exchange = Exchange(menus, line, limits)
    step = exchange.step_under_way()
    sensitive = step is not None and step.sensitivity is not Sensitivity.NORMAL
    exchange.log.append(_act_entry(act, lambda text: as_shown(text, step)))
    _do(exchange, line.network, act)
    exchange.rest()
    return Played(exchange.line(), tuple(exchange.log), sensitive)


def _do(exchange: Exchange, network: Network, act: Act) -> None:
    match act:
        case Press():
            press(exchange, act.keys.reveal())
        case Say():
            _say(exchange, network, act.text)
        case Answer():
            _answer(exchange, network.model, act.values)
        case StaySilent():
            stay_silent(exchange, network)
        case HangUp():
            exchange.feed(CallHungUp(exchange.now, "normal_clearing", "caller"))
        case AssistantEnds():
            _require(network.model, ConversationKind.ASSISTANT)
            exchange.assistant_ends("assistant_ended")
        case ModelFails():
            _fail_model(exchange, network.model)
        case Return() | Judge() | Fail():
            _answer_for_the_site(exchange, network, act)
        case TargetActs():
            _target(exchange, network, act.fate)


def press(exchange: Exchange, keys: str) -> None:
    """Press keys one after the other; raises ActError where keys do nothing."""
    if exchange.state.connected:
        raise ActError(_("The caller talks to the person who was rung: keys do nothing now."))
    for key in keys:
        if exchange.state.phase is not Phase.RUNNING:
            return
        exchange.now += KEY_MS
        gathering = exchange.network.gathering
        if gathering is None:
            last = exchange.state.next_seq - 1
            exchange.feed(KeyPressed(exchange.now, Secret(key), last))
        else:
            ends = key == gathering.terminator
            digits = gathering.digits.reveal() + ("" if ends else key)
            gathering = replace(gathering, digits=Secret(digits))
            exchange.change(gathering=gathering)
            exchange.feed(KeyPressed(exchange.now, Secret(key), gathering.seq))
            if exchange.network.gathering == gathering and (
                ends or len(digits) >= gathering.maximum
            ):
                exchange.end_gather(GatherStatus.VALID if digits else GatherStatus.INVALID)
        exchange.settle()


def _say(exchange: Exchange, network: Network, text: Secret) -> None:
    model, recording = network.model, network.recording
    if recording is not None:
        left = max(0, recording.began + recording.longest_ms - exchange.now)
        spoken = max(SPEECH_MS, speaking_ms(text.reveal(), ssml=False))
        exchange.now += min(spoken, left)
        exchange.change(recording=replace(recording, is_spoken=True))
        if spoken >= left:
            exchange.end_recording()
        return
    if model is None:
        raise ActError(_("Nobody listens to words in this step: press keys."))
    exchange.now += SPEECH_MS
    messages = (*model.messages, Message("user", text, exchange.now))
    exchange.change(model=replace(model, messages=messages))
    exchange.feed(HistoryTold(exchange.now, messages, model.seq))


def _answer(exchange: Exchange, model: Modelling | None, values: Mapping[str, Secret]) -> None:
    found = _require(model, ConversationKind.AI_GATHER)
    given = {name: text.reveal() for name, text in values.items() if text.reveal().strip()}
    properties = found.schema.get("properties", {})
    unknown = sorted(set(given) - set(properties))
    if unknown:
        message = _("The step does not ask for %(unknown)s: it asks for %(known)s.")
        raise ActError(
            message % {"unknown": ", ".join(unknown), "known": ", ".join(sorted(properties))}
        )
    understood = {name: _typed(properties[name], text) for name, text in given.items()}
    complete = set(found.schema.get("required", ())) <= set(understood)
    exchange.now += SPEECH_MS
    status = AiGatherStatus.VALID if complete else AiGatherStatus.INVALID
    exchange.model_ends(status, understood or None)


def _typed(schema: Mapping[str, Any], text: str) -> object:
    """A typed-in answer as the JSON value that a model would make of it, else as it is."""
    match schema.get("type"):
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case "integer" if _WHOLE.fullmatch(text):
            return int(text)
        case "number":
            try:
                number = json.loads(text)
            except ValueError:
                return text
            return number if type(number) in (int, float) else text
    return text


def stay_silent(exchange: Exchange, network: Network) -> None:
    """Let whatever waits for the caller, or for the outside world, run out."""
    if network.gathering is not None:
        heard = bool(network.gathering.digits)
        exchange.now += network.gathering.pause_ms if heard else network.gathering.silence_ms
        exchange.end_gather(GatherStatus.VALID if heard else GatherStatus.TIMEOUT)
    elif network.recording is not None:
        # Silence counts once something was said (Telnyx docs: timeout_secs).
        recorded = network.recording
        left = recorded.began + recorded.longest_ms - exchange.now
        counts = recorded.is_spoken and recorded.silence_ms
        exchange.now += max(0, min(left, recorded.silence_ms) if counts else left)
        exchange.end_recording()
    elif network.target is not None and not network.target.answered:
        exchange.now += network.target.rings_ms
        exchange.target_ends(TargetFate.NO_ANSWER)
    elif network.model is not None and network.model.kind is ConversationKind.AI_GATHER:
        exchange.now += network.model.silence_ms
        exchange.model_ends(AiGatherStatus.INVALID, None)
    else:
        exchange.now = max(exchange.now, exchange.state.wake_at or 0)
        exchange.change(handler=None, validators=None)
        exchange.feed(TimerDue(exchange.now))


def _fail_model(exchange: Exchange, model: Modelling | None) -> None:
    if model is None:
        raise ActError(_("No model is at work in this step."))
    if model.kind is ConversationKind.AI_GATHER:
        exchange.model_ends(AiGatherStatus.ERROR, None)
    else:
        exchange.change(model=None)
        exchange.feed(ConversationFailed(exchange.now, "service_error", model.seq))


def _answer_for_the_site(exchange: Exchange, network: Network, act: Return | Judge | Fail) -> None:
    handler, validators = network.handler, network.validators
    asked = handler or validators
    if asked is None or (isinstance(act, Return) and handler is None):
        raise ActError(_("No function of this site is asked for anything now."))
    exchange.now += SPEECH_MS
    exchange.change(handler=None, validators=None)
    match act:
        case Return():
            exchange.feed(HandlerReturned(exchange.now, asked.seq, act.values, act.exit))
        case Fail():
            exchange.feed(HandlerFailed(exchange.now, asked.seq, act.reason or "failed"))
        case Judge() if validators is not None:
            entries = {each.field: each.value for each in validators.command.entries}
            missing = sorted(set(entries) - set(act.verdicts))
            if missing:
                raise ActError(_("Say what the validator makes of %s.") % ", ".join(missing))
            verdicts = {
                name: events.Verdict(said.accepted, said.value or entries[name], said.reason)
                for name, said in act.verdicts.items()
                if name in entries
            }
            exchange.feed(EntriesJudged(exchange.now, asked.seq, verdicts))
        case _:
            raise ActError(_("A handler is at work now, not a validator."))


def _target(exchange: Exchange, network: Network, fate: Fate) -> None:
    target = network.target
    if target is None:
        raise ActError(_("Nobody is rung now."))
    if target.answered != (fate is Fate.ENDED):
        raise ActError(
            _("The person who was rung has answered already.")
            if target.answered
            else _("The person who is rung has not answered yet.")
        )
    exchange.now += SPEECH_MS
    match fate:
        case Fate.ANSWERED:
            exchange.change(target=replace(target, answered=True))
            exchange.feed(TargetAnswered(exchange.now, target.leg, target.seq))
        case _:
            exchange.target_ends(TargetFate(fate.value))


def _require(model: Modelling | None, kind: ConversationKind) -> Modelling:
    if model is None or model.kind is not kind:
        raise ActError(
            _("No AI gather is at work in this step.")
            if kind is ConversationKind.AI_GATHER
            else _("No assistant is at work in this step.")
        )
    return model


def _act_entry(act: Act, show: Any) -> Entry:
    entry: Entry = {"kind": "act", "act": act.name, "text": ""}
    match act:
        case Press(keys=words) | Say(text=words):
            entry["text"] = show(words.reveal())
        case Answer() | Return():
            entry["pairs"] = [[name, show(each.reveal())] for name, each in act.values.items()]
            if isinstance(act, Return):
                entry["text"] = act.exit
        case Judge():
            entry["pairs"] = [
                [name, "accepted" if said.accepted else said.reason or "refused"]
                for name, said in act.verdicts.items()
            ]
        case Fail():
            entry["text"] = act.reason
        case TargetActs():
            entry["text"] = act.fate.value
    return entry
