"""A call's timeline and state as the page shows them: the same words for template and script."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_permission_codename
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.recordings.players import sound_url
from voicegather.engine.kinds import kind_under_way
from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    CallLeg,
    Consent,
    Conversation,
    GatherAttempt,
    GatherResult,
    Recording,
    StepVisit,
)
from voicegather.selectors.entries import (
    DisplayValue,
    EntryKind,
    LiveState,
    LiveVariable,
    TimelineEntry,
)
from voicegather.selectors.labels import LABELS
from voicegather.selectors.recordings import may_listen_to_any
from voicegather.services.disclosures import Way
from voicegather.services.recordings import read_transcripts
from voicegather.services.wording import translated

KIND_LABELS = {
    EntryKind.EVENT: gettext_lazy("Events"),
    EntryKind.COMMAND: gettext_lazy("Commands"),
    EntryKind.VISIT: gettext_lazy("Steps"),
    EntryKind.ATTEMPT: gettext_lazy("Attempts"),
    EntryKind.RESULT: gettext_lazy("Results"),
    EntryKind.CONVERSATION: gettext_lazy("Conversations"),
    EntryKind.TURN: gettext_lazy("What was said"),
    EntryKind.CONSENT: gettext_lazy("Consents"),
    EntryKind.RECORDING: gettext_lazy("Recordings"),
    EntryKind.LEG: gettext_lazy("Legs"),
}
#: The pages behind entries; turns have none of their own.
_MODELS = {
    EntryKind.EVENT: CallEvent,
    EntryKind.COMMAND: CallCommand,
    EntryKind.VISIT: StepVisit,
    EntryKind.ATTEMPT: GatherAttempt,
    EntryKind.RESULT: GatherResult,
    EntryKind.CONVERSATION: Conversation,
    EntryKind.CONSENT: Consent,
    EntryKind.RECORDING: Recording,
    EntryKind.LEG: CallLeg,
}
#: The detail that an entry is about, shown as a line of its own.
_QUOTED = {EntryKind.TURN: "text", EntryKind.RESULT: "value", EntryKind.CONSENT: "words"}
#: What the place and the colour of an entry say already.
_LEFT_OUT = {EntryKind.TURN: ("conversation", "number", "role")}


class Shower:
    """Entries of one call's timeline for one user, as plain JSON values."""

    def __init__(self, call: Call, user: Any) -> None:
        self._started = call.started_at
        self._user = user
        self._linked = {kind for kind, model in _MODELS.items() if _may_view(user, model)}
        if may_listen_to_any(user):
            self._linked.add(EntryKind.RECORDING)

    def entries(self, entries: Iterable[TimelineEntry]) -> list[dict[str, Any]]:
        """Each entry with texts only; `at` sorts them (microseconds since the call began).

        Recordings come with their players and transcripts, where the user may listen: that
        transcripts are shown is on record.
        """
        shown = [self._entry(entry) for entry in entries]
        taped = {each["key"]: each for each in shown if each["kind"] == EntryKind.RECORDING}
        if taped and may_listen_to_any(self._user):
            self._add_sounds(taped)
        return shown

    def _add_sounds(self, taped: dict[str, dict[str, Any]]) -> None:
        ids = [key.rpartition("-")[2] for key in taped]
        rows = list(Recording.objects.filter(pk__in=ids).defer("sealed_address"))
        written = read_transcripts(rows, user=self._user, way=Way.ADMIN)
        for row in rows:
            entry = taped[f"recording-{row.pk}"]
            entry["sound"] = sound_url(self._user, row)
            entry["quote"] = written.get(row.pk, "")

    def _entry(self, entry: TimelineEntry) -> dict[str, Any]:
        since = entry.moment - self._started
        beside = (_QUOTED.get(entry.kind), *_LEFT_OUT.get(entry.kind, ()))
        return {
            "key": entry.key,
            "at": since // timedelta(microseconds=1),
            "kind": str(entry.kind),
            "clock": _clock(entry.moment),
            "since": _since(since),
            "title": str(entry.title),
            "quote": _text(entry.details.get(_QUOTED.get(entry.kind, ""))),
            "details": [
                [str(LABELS.get(name, name)), _text(value)]
                for name, value in entry.details.items()
                if value not in (None, "") and name not in beside
            ],
            "is_masked": entry.is_masked,
            "is_trouble": entry.is_trouble,
            "link": self._link(entry),
            "sound": "",
        }

    def _link(self, entry: TimelineEntry) -> str:
        if entry.kind not in self._linked:
            return ""
        name = _MODELS[entry.kind]._meta.model_name
        return reverse(f"admin:voicegather_{name}_change", args=[entry.key.rpartition("-")[2]])


def state_document(call: Call, state: LiveState) -> dict[str, Any]:
    """Where the call stands, as texts by the names under which the page shows them."""
    conversation = state.conversation
    return {
        "is_over": state.is_over,
        "phase": str(call.get_phase_display()),
        "outcome": str(call.get_outcome_display()),
        "step": " ".join(filter(None, (state.step_name or state.step, _kind(state)))),
        "language": state.language or call.language,
        "duration": duration_of(call),
        "variables": _pairs(state.variables),
        "partial": _pairs(conversation.partial) if conversation else [],
        "conversation": conversation.assistant or str(conversation.kind) if conversation else "",
        "steps": [[step.key, step.name or step.key] for step in state.steps],
        "acts": [str(act) for act in state.acts],
    }


def duration_of(call: Call) -> str:
    """How long the call took, or takes until now: m:ss, or h:mm:ss."""
    until = call.ended_at or timezone.now()
    seconds = max(0, int((until - call.started_at).total_seconds()))
    hours, minutes = divmod(seconds // 60, 60)
    clock = f"{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"
    return f"{hours}:{clock}" if hours else clock


def _kind(state: LiveState) -> str:
    kind = kind_under_way(state.step_kind)
    label = translated(kind.label) if kind else state.step_kind
    return f"({label})" if label else ""


def _pairs(variables: Iterable[LiveVariable]) -> list[list[str]]:
    return [[variable.name, variable.value] for variable in variables]


def _clock(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{date_format(local, 'H:i:s')}.{local.microsecond // 1000:03d}"


def _since(elapsed: timedelta) -> str:
    tenths = round(abs(elapsed.total_seconds()) * 10)
    sign = "−" if elapsed < timedelta(0) and tenths else "+"
    return f"{sign}{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _text(value: DisplayValue) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _may_view(user: Any, model: Any) -> bool:
    opts = model._meta
    return any(
        user.has_perm(f"{opts.app_label}.{get_permission_codename(verb, opts)}")
        for verb in ("view", "change")
    )
