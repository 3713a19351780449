"""A test call as its page shows it: translated texts for the template, nothing sealed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.engine.edges import Match
from voicegather.engine.events import AnsweredBy
from voicegather.engine.facts import ConversationKind
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.kinds import kind_named
from voicegather.engine.state import Phase
from voicegather.models import Call, Menu, Step
from voicegather.selectors.labels import ACTIONS
from voicegather.services.audio import storage, stored_name_of
from voicegather.services.display import MASK
from voicegather.services.trials import Trial, step_of
from voicegather.services.trials.telling import Entry, as_shown
from voicegather.services.wording import translated, translated_reason

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")
#: Letters on keys, as telephones have them.
LETTERS = dict(
    zip("23456789", ["ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"], strict=True)
)

_OUTCOMES = {
    "invalid": gettext_lazy("Wrong entry"),
    "no_input": gettext_lazy("Silence"),
    "hangup": gettext_lazy("The caller hung up during the entry"),
    "error": gettext_lazy("The entry failed"),
    "cancelled": gettext_lazy("The entry was cancelled"),
}
_FATES = {
    "answered": gettext_lazy("The person who is rung answers"),
    "busy": gettext_lazy("Busy"),
    "no_answer": gettext_lazy("Nobody answers"),
    "failed": gettext_lazy("The transfer fails"),
    "ended": gettext_lazy("The person who was rung hangs up"),
}
_ACTS = {
    "stay_silent": gettext_lazy("Stayed silent"),
    "hang_up": gettext_lazy("Hung up"),
    "assistant_ends": gettext_lazy("The assistant ends the conversation"),
    "model_fails": gettext_lazy("The model fails"),
    "fail": gettext_lazy("The function fails"),
    "judge": gettext_lazy("The validator says"),
}


def trial_context(trial: Trial, *, with_links: bool) -> dict[str, Any]:
    """What the page's template shows of a test call; `with_links` to the pages of its steps."""
    step = step_of(trial)
    state, network = trial.line.state, trial.line.network
    is_over = state.phase is Phase.ENDED
    ids = step_ids(trial.row.menu) if with_links else {}
    return {
        "trial": trial.row,
        "seq": trial.row.seq,
        "is_over": is_over,
        "is_connected": state.connected,
        "status": _status(trial),
        "step": step,
        "step_kind": _kind_label(step.kind) if step else "",
        "pressed": _pressed(trial, step),
        "entries": list(shown_log(trial.log, trial.row.menu, ids)),
        "nodes": _nodes(trial, ids),
        "last_said": next(
            (entry["text"] for entry in reversed(trial.log) if entry["kind"] == "said"), ""
        ),
        "test_name": suggested_name(trial),
        "variables": [
            (name, MASK if each.sensitivity is not Sensitivity.NORMAL else each.value.reveal())
            for name, each in state.variables.items()
        ],
        "language": state.language,
        "model": network.model,
        "recording": network.recording,
        "fields": _fields(trial),
        "assistant": network.model is not None and network.model.kind is ConversationKind.ASSISTANT,
        "handler": network.handler,
        "returns": _returns(step) if network.handler else (),
        "exits": _exits(step) if network.handler else (),
        "validators": network.validators,
        "target": network.target,
    }


def _nodes(trial: Trial, ids: Mapping[str, int]) -> str:
    """The steps of the menu's diagram that the call visited, the one under way last."""
    visited = [each.step for each in trial.line.path if each.menu == trial.graph.menu]
    return " ".join(str(ids[key]) for key in visited if key in ids)


def suggested_name(trial: Trial) -> str:
    """What a test of this call could be called: the way it took."""
    names = [each.step for each in trial.line.path]
    return " → ".join(names if len(names) < 5 else [*names[:2], "…", *names[-2:]])[:120]


def _status(trial: Trial) -> str:
    state, network = trial.line.state, trial.line.network
    if state.phase is Phase.ENDED:
        return _("The call is over: %s.") % outcome_label(state.outcome or "")
    if network.target is not None:
        text = _("Talking to %s.") if network.target.answered else _("Ringing %s.")
        return text % network.target.to
    if network.gathering is not None:
        return _("Listening for keys.")
    if network.recording is not None:
        return _("Recording: say something, then press the ending key or stay silent.")
    if network.model is not None:
        if network.model.kind is ConversationKind.ASSISTANT:
            return _("An assistant listens.")
        return _("A model asks for the fields.")
    if network.handler is not None:
        return _("The handler %s is asked.") % network.handler.command.handler
    if network.validators is not None:
        return _("An entry is being checked.")
    return _("Waiting.")


def outcome_label(outcome: str) -> str:
    """How people call a call's outcome."""
    labels: dict[Any, Any] = dict(Call._meta.get_field("outcome").flatchoices)
    return str(labels.get(outcome, outcome)).lower()


def _pressed(trial: Trial, step: StepNode | None) -> str:
    """The keys that wait for the rest of an entry."""
    gathering = trial.line.network.gathering
    return as_shown(gathering.digits.reveal(), step) if gathering else ""


def _kind_label(name: str) -> str:
    kind = kind_named(name)
    return translated(kind.label) if kind else name


def _fields(trial: Trial) -> list[dict[str, Any]]:
    """The inputs that stand in for the model of an AI gather."""
    model = trial.line.network.model
    if model is None or model.kind is not ConversationKind.AI_GATHER:
        return []
    required = model.schema.get("required", ())
    return [
        {
            "name": name,
            "help": schema.get("description", ""),
            "required": name in required,
            "options": ("true", "false")
            if schema.get("type") == "boolean"
            else schema.get("enum", ()),
            "type": "date" if schema.get("format") == "date" else "text",
        }
        for name, schema in model.schema.get("properties", {}).items()
    ]


def _returns(step: StepNode | None) -> tuple[str, ...]:
    return tuple(getattr(step.settings, "variables", ())) if step else ()


def _exits(step: StepNode | None) -> list[str]:
    """The exits that the handler may take, the usual one first."""
    edges = step.edges if step else ()
    named = [edge.value for edge in edges if edge.match is Match.EXIT and not edge.inherited]
    return list(dict.fromkeys(("done", *(each for each in named if each != "failure"))))


# -- the log ---------------------------------------------------------------------------------------


def step_ids(menu: Menu) -> dict[str, int]:
    """The primary keys of the menu's steps as it stands, by the steps' keys."""
    return dict(Step.objects.filter(menu=menu).values_list("key", "pk"))


def shown_log(
    log: Iterable[Entry], menu: Menu, ids: Mapping[str, int] | None = None
) -> Iterator[dict[str, Any]]:
    """A log of a call that began in `menu` for the template, each entry with its place in it.

    `ids` are those of :func:`step_ids`, where they are known already.
    """
    keys = step_ids(menu) if ids is None else ids
    pages = {key: reverse("admin:voicegather_step_change", args=[pk]) for key, pk in keys.items()}
    for index, entry in enumerate(log):
        shown = _SHOWN[entry["kind"]](entry)
        if entry["kind"] == "step" and entry["menu"] == menu.slug:
            shown["link"] = pages.get(entry["step"], "")
        yield {"index": index, "kind": entry["kind"], **shown}


def _show_step(entry: Entry) -> dict[str, Any]:
    return {"title": entry["name"] or entry["step"], "detail": _kind_label(entry["of"])}


def _show_said(entry: Entry) -> dict[str, Any]:
    shown = {"title": entry["text"], "language": entry.get("language", "")}
    if stored := stored_name_of(entry.get("media", "")):
        return shown | {"audio": storage().url(stored)}
    if entry.get("media"):
        return shown | {"title": _("Audio in Telnyx’s media storage: %s") % entry["media"]}
    return shown | {"audio": entry.get("audio", "")}


def _show_command(entry: Entry) -> dict[str, Any]:
    action = entry["action"]
    params = json.dumps(entry["params"], indent=2, ensure_ascii=False)
    label = str(ACTIONS.get(action, ""))
    return {"title": action, "detail": label, "json": params if entry["params"] else ""}


def _show_act(entry: Entry) -> dict[str, Any]:
    text = entry["text"]
    match entry["act"]:
        case "press":
            title = _("Pressed %s") % text
        case "say":
            title = _("Said “%s”") % text
        case "target":
            title = str(_FATES.get(text, text))
        case "answer":
            title = _("The model understood")
        case "return":
            title = _("The handler returns by %s") % (text or "done")
        case name:
            title = str(_ACTS.get(name, name)) + (f": {text}" if text else "")
    return {"title": title, "pairs": entry.get("pairs", ())}


def _show_result(entry: Entry) -> dict[str, Any]:
    outcome = entry["outcome"]
    detail = "" if outcome == "valid" else str(_OUTCOMES.get(outcome, outcome))
    return {"title": f"{entry['field']} = {entry['value'] or '–'}", "detail": detail}


def _show_end(entry: Entry) -> dict[str, Any]:
    reason = "" if entry["reason"] == "normal_clearing" else translated_reason(entry["reason"])
    title = _("The call is over: %s.") % outcome_label(entry["outcome"])
    return {"title": title, "detail": reason}


_SHOWN: Mapping[str, Callable[[Entry], dict[str, Any]]] = {
    "step": _show_step,
    "said": _show_said,
    "command": _show_command,
    "act": _show_act,
    "result": _show_result,
    "end": _show_end,
    "exit": lambda entry: {"title": _("leaves by %s") % entry["exit"]},
    "attempt": lambda entry: {"title": str(_OUTCOMES.get(entry["outcome"], entry["outcome"]))},
    "note": lambda entry: {"title": entry["text"]},
    "refusal": lambda entry: {
        "title": _("In a call this would fail: %s") % entry["text"],
    },
    "consent": lambda entry: {"title": _("Consent given") if entry["given"] else _("No consent")},
    "answered_by": lambda entry: {
        "title": _("A machine answers")
        if entry["who"] == AnsweredBy.MACHINE
        else _("A person answers")
    },
}
