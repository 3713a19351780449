"""Which kind a step is, or shall be: chosen on a page of its own, so that forms fit the kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.engine.kinds import StepKind, all_kinds, kind_named
from voicegather.services.wording import translated

#: In addresses: the kind that is chosen; there but empty, it asks to choose.
PARAMETER = "kind"

_MEANINGS = {
    "ai_gather": _("A model asks the caller for what you list, in speech."),
    "assistant": _("An assistant of your Telnyx account speaks with the caller."),
    "branch": _("Goes on by opening hours, by what was entered before, or by who answered."),
    "gather": _("Asks a question that the caller answers with keys."),
    "handler": _("Asks this site’s own code, and goes on by its answer."),
    "hangup": _("Ends the call, with words if you like."),
    "message": _("Says something and goes on."),
    "record": _("Records what the caller says after the beep, or the call from here on."),
    "submenu": _("Goes through another menu and comes back."),
    "transfer": _("Rings a person and joins the two calls."),
}


class ChosenKind(forms.Widget):
    """The kind in words, with a link to choose another."""

    def __init__(self, kind: StepKind, address: str) -> None:
        self._kind = kind
        self._address = address
        super().__init__()

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return format_html(
            '<input type="hidden" name="{}" value="{}"><span id="{}">{}</span>&ensp;'
            '<a href="{}">{}</a>',
            name,
            self._kind.name,
            (attrs or {}).get("id", f"id_{name}"),
            translated(self._kind.label),
            self._address,
            gettext("Choose another kind"),
        )

    def id_for_label(self, id_: str) -> str:
        return ""


def kind_asked_for(request: HttpRequest, stored: str) -> StepKind | None:
    """The kind that the form shall be of: posted, in the address, or the step's own."""
    name = request.POST.get(PARAMETER) or request.GET.get(PARAMETER) or stored
    return kind_named(str(name))


def has_to_choose(request: HttpRequest, stored: str) -> bool:
    """Whether the page to show is that of the kinds."""
    if request.method != "GET" or (stored and PARAMETER not in request.GET):
        return False
    return kind_named(request.GET.get(PARAMETER, "")) is None


def choosing_address(request: HttpRequest) -> str:
    """The same page, with the kinds to choose from."""
    return _with(request, "")


def kinds_to_choose(request: HttpRequest) -> list[tuple[str, Any, str]]:
    """Every kind: what it is called, what it does, and the address of its form."""
    return [
        (translated(kind.label), _MEANINGS.get(kind.name, ""), _with(request, kind.name))
        for kind in all_kinds()
    ]


def collects(kind: StepKind | None) -> bool:
    """Whether a step of the kind can come to know something that not everyone may see."""
    if kind is None:
        return True
    return kind.takes_input or type(kind).variables_of is not StepKind.variables_of


def _with(request: HttpRequest, kind: str) -> str:
    query = request.GET.copy()
    query[PARAMETER] = kind
    return f"?{query.urlencode()}"
