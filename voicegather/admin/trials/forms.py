"""What a tester posts: how a test call begins, and the acts in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voicegather.engine.events import AnsweredBy
from voicegather.engine.variables import LONGEST_VALUE, read_declared
from voicegather.models import Menu
from voicegather.services.moments import from_ms, to_ms
from voicegather.services.trials import Act, Start, read_act

#: Not a person's: of the numbers that are kept for examples.
CALLER = "+13125550123"
_COMES_IN = ""
#: So near to a call's real beginning, its moment was not pretended.
_PRESENT = timedelta(minutes=1)
#: What the names of fields for variables begin with.
VARIABLE = "variable-"


class StartForm(forms.Form):
    """How a test call begins; every field has a value to start with."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    direction = forms.ChoiceField(
        label=_("Call"),
        required=False,
        choices=[
            (_COMES_IN, _("comes in")),
            (AnsweredBy.HUMAN.value, _("is placed, a person answers")),
            (AnsweredBy.MACHINE.value, _("is placed, a machine answers")),
        ],
    )
    caller = forms.CharField(label=_("Caller’s number"), required=False, max_length=255)
    at = forms.DateTimeField(
        label=_("Pretended time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    runs_functions = forms.BooleanField(
        label=_("Run this site’s handlers and validators"),
        required=False,
        help_text=_("What they do is really done. Otherwise you say what they return."),
    )

    def __init__(self, *args: Any, menu: Menu, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = menu.languages if isinstance(menu.languages, list) else []
        self.fields["language"].choices = [(each, each) for each in languages if each]  # type: ignore[attr-defined]
        self.declared, _problems = read_declared(menu.variables)
        for each in self.declared:
            self.fields[VARIABLE + each.name] = forms.CharField(
                label=each.name,
                required=False,
                max_length=LONGEST_VALUE,
                initial=each.default,
                help_text=each.help or _("If the call is placed, it brings this with it."),
            )
        self.initial.setdefault("caller", CALLER)
        zone = timezone.get_current_timezone_name()
        self.fields["at"].help_text = _("In the time zone %s. Empty: now.") % zone

    def start(self, called: str) -> Start:
        """How the call begins. Of a valid form only."""
        wanted = self.cleaned_data
        direction = wanted["direction"]
        return Start(
            at=to_ms(wanted["at"] or timezone.now()),
            caller=wanted["caller"].replace("\0", ""),
            called=called,
            language=wanted["language"],
            answered_by=AnsweredBy(direction) if direction else None,
            variables=self._brought() if direction else {},
        )

    def _brought(self) -> dict[str, str]:
        """What the call brings with it: only calls that we place bring anything."""
        return {
            each.name: self.cleaned_data[VARIABLE + each.name].replace("\0", "")
            for each in self.declared
        }


def started_like(start: Start, *, begun: datetime, runs_functions: bool) -> dict[str, Any]:
    """What to fill the form in with, for another call like this one, which was begun at `begun`.

    A moment that was pretended is pretended again; a call of the present is one of then.
    """
    moment = from_ms(start.at)
    return {
        "at": moment if abs(moment - begun) > _PRESENT else None,
        "language": start.language,
        "direction": start.answered_by or _COMES_IN,
        "caller": start.caller,
        "runs_functions": runs_functions,
        **{VARIABLE + name: text for name, text in start.variables.items()},
    }


def posted_act(posted: QueryDict) -> Act:
    """The act that a form of the page posts; raises ActError where it is none."""
    name = posted.get("act", "")
    document: dict[str, Any] = {"act": name}
    match name:
        case "press":
            document["keys"] = posted.get("keys", "")
        case "say":
            document["text"] = posted.get("text", "")
        case "answer":
            document["values"] = _named(posted, "value-")
        case "return":
            values = _named(posted, "value-")
            document["values"] = {key: text for key, text in values.items() if text}
            document["exit"] = posted.get("exit", "")
        case "judge":
            document["verdicts"] = _verdicts(posted)
        case "fail":
            document["reason"] = posted.get("reason", "")
        case "target":
            document["fate"] = posted.get("fate", "")
    return read_act(document)


def _verdicts(posted: QueryDict) -> dict[str, Any]:
    values, reasons = _named(posted, "value-"), _named(posted, "reason-")
    return {
        field: {
            "accepted": said == "accepted",
            "value": values.get(field, ""),
            "reason": reasons.get(field, ""),
        }
        for field, said in _named(posted, "verdict-").items()
    }


def _named(posted: QueryDict, prefix: str) -> dict[str, str]:
    """The posted texts whose names begin with `prefix`, by the rest of the name."""
    return {
        name.removeprefix(prefix): posted.get(name, "")
        for name in posted
        if name.startswith(prefix)
    }
