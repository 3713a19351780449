"""The forms with which staff act on a call that runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from voicegather.engine.events import Act
from voicegather.selectors.entries import LiveState


class ActForm(forms.Form):
    """One act. Its id is made with the form: a double click is one act."""

    act_id = forms.UUIDField(widget=forms.HiddenInput)

    def wanted(self) -> dict[str, Any]:
        """What the service is told besides the act."""
        named = ("act_id", "target", "text", "answer_now")
        return {name: self.cleaned_data[name] for name in named if name in self.cleaned_data}


class JumpForm(ActForm):
    target = forms.CharField(label=_("Step"), widget=forms.Select, max_length=50)


class AssistantForm(ActForm):
    target = forms.CharField(
        label=_("Assistant"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "assistant-…", "autocomplete": "off"}),
    )


class MessageForm(ActForm):
    text = forms.CharField(
        label=_("Message"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    answer_now = forms.BooleanField(
        label=_("Have it answer at once"),
        required=False,
        help_text=_("This may cut off whoever is speaking."),
    )


class TransferForm(ActForm):
    target = forms.CharField(
        label=_("Number"),
        max_length=255,
        widget=forms.TextInput(attrs={"inputmode": "tel", "placeholder": "+1…"}),
    )


@dataclass(frozen=True)
class Control:
    """One act as the page offers it."""

    act: Act
    label: str | Promise
    done: str | Promise
    form_class: type[ActForm] = ActForm
    #: Asked before it is done; "" where a click does it.
    question: str | Promise = ""
    sure: str | Promise = ""


CONTROLS = {
    control.act: control
    for control in (
        Control(Act.REPEAT_STEP, _("Repeat the step"), _("The step is repeated.")),
        Control(Act.STOP_GATHER, _("Stop the gather"), _("The gather is being stopped.")),
        Control(Act.JUMP_TO_STEP, _("Jump to a step"), _("The caller is sent on."), JumpForm),
        Control(Act.ADD_MESSAGE, _("Tell the assistant"), _("The message is sent."), MessageForm),
        Control(Act.STOP_ASSISTANT, _("Stop the assistant"), _("The assistant is being stopped.")),
        Control(
            Act.START_ASSISTANT,
            _("Start an assistant"),
            _("The assistant is being started."),
            AssistantForm,
        ),
        Control(Act.TRANSFER, _("Transfer"), _("The call is being transferred."), TransferForm),
        Control(
            Act.HANG_UP,
            _("Hang up"),
            _("The call is being hung up."),
            question=_("The caller will be cut off."),
            sure=_("Yes, hang up"),
        ),
    )
}


@dataclass(frozen=True)
class Offer:
    """A control with its form on one page."""

    control: Control
    form: ActForm
    is_enabled: bool


def offers_of(state: LiveState, posted: tuple[Act, ActForm] | None = None) -> list[Offer]:
    """Every control; enabled where its act makes sense now. `posted` is one with errors."""
    offers = []
    for act, control in CONTROLS.items():
        form = posted[1] if posted and posted[0] is act else new_form(control)
        if isinstance(form, JumpForm):
            form.fields["target"].widget.choices = [
                (step.key, step.name or step.key) for step in state.steps
            ]
        offers.append(Offer(control, form, act in state.acts))
    return offers


def new_form(control: Control) -> ActForm:
    """An empty form with an id of its own."""
    return control.form_class(initial={"act_id": uuid4()}, auto_id=f"id_{control.act}_%s")
