"""Forms with which staff place calls: with a published menu, or to themselves with a draft."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from voicegather.admin.forms.row_forms import RowSetting
from voicegather.admin.forms.row_sets import RowSet, row_set_of
from voicegather.engine.config import SettingInfo
from voicegather.engine.variables import DeclaredVariable
from voicegather.exceptions import MenuError, VoicegatherError
from voicegather.models import Menu, PhoneNumber
from voicegather.services.calls.placing import LONGEST_RING, SHORTEST_RING
from voicegather.services.destinations import DestinationRefusedError
from voicegather.services.inputs import InputError

#: The names that the service gives its arguments, where the form has others.
_FIELDS = {"from": "number"}


class RingForm(forms.Form):
    """Whom to ring, and from which of the site's numbers."""

    to = forms.CharField(
        label=_("Number to call"),
        max_length=255,
        help_text=_("With its country code: +13125550123. Or a SIP address."),
        widget=forms.TextInput(attrs={"class": "vTextField", "inputmode": "tel"}),
    )
    number = forms.ModelChoiceField(
        PhoneNumber.objects.none(),
        label=_("From"),
        empty_label=None,
        help_text=_("One of this site’s numbers: the other side sees it."),
    )
    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=15,
        help_text=_("Such as en-US. Empty: the first of the menu."),
    )
    #: Sent twice, the form rings once.
    act_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = ("menu", "to", "number", "language")

    def __init__(self, *args: Any, numbers: QuerySet[PhoneNumber], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].queryset = numbers  # type: ignore[attr-defined]
        self.initial.setdefault("act_id", uuid4())

    def clean_to(self) -> str:
        """Without what people write between digits."""
        to: str = self.cleaned_data["to"]
        return re.sub(r"[\s().-]", "", to) if to.lstrip().startswith("+") else to

    def blame(self, refusal: VoicegatherError) -> None:
        """Put what the service refused where it belongs."""
        match refusal:
            case InputError():
                for problem in refusal.problems:
                    name = str(problem.path[0]) if problem.path else ""
                    self.blame_argument(name, problem.path[1:], problem.message)
            case DestinationRefusedError():
                self.add_error("to", str(refusal))
            case MenuError():
                self.add_error(None, [str(refusal).partition("\n")[0], *refusal.problems])
            case _:
                self.add_error(None, str(refusal))

    def blame_argument(self, name: str, path: tuple[str | int, ...], message: str) -> None:
        field = _FIELDS.get(name, name)
        self.add_error(field if field in self.fields else None, message)


class PlaceCallForm(RingForm):
    """A call with a published menu. `variables` are a table beside the form.

    `declared` is what the menu that is chosen already says that a call may bring.
    """

    menu = forms.ModelChoiceField(Menu.objects.none(), label=_("Menu"))
    detect_machine = forms.BooleanField(
        label=_("Find out whether a machine answers"),
        required=False,
        help_text=_("The menu can branch by it. Telnyx charges for it."),
    )
    timeout_seconds = forms.IntegerField(
        label=_("Ring for (seconds)"),
        initial=30,
        min_value=SHORTEST_RING,
        max_value=LONGEST_RING,
    )

    def __init__(
        self,
        *args: Any,
        menus: QuerySet[Menu],
        declared: Sequence[DeclaredVariable] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["menu"].queryset = menus  # type: ignore[attr-defined]
        self.declared = declared
        self.variables = variable_rows(self.data if self.is_bound else None, declared)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if self.variables.has_errors:
            self.add_error(None, _("Look at the variables below."))
        return cleaned

    def given_variables(self) -> dict[str, str]:
        """The variables by their names. Of a valid form only."""
        given: dict[str, str] = self.variables.setting.stored_from(
            [row.document() for row in self.variables.rows]
        )
        return given

    def blame_argument(self, name: str, path: tuple[str | int, ...], message: str) -> None:
        if name == "variables":
            self.variables.blame(str(path[0]) if path else "", message)
            self.add_error(None, _("Look at the variables below."))
        else:
            super().blame_argument(name, path, message)


def variable_rows(data: Any, declared: Sequence[DeclaredVariable] = ()) -> RowSet:
    """The table of a call's first variables, names and values; at first those `declared`."""
    info = SettingInfo("Variables", "What prompts and branches know from the start.")
    setting = RowSetting("variables", info, None)
    return row_set_of(
        setting, [{"name": each.name, "value": each.default} for each in declared], data
    )
