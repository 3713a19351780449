"""Forms of what steps and numbers name by a key: who gives it a name need not think of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from voicegather.models import Prompt
from voicegather.selectors.free_keys import free_key


class KeyedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new one's key may be left empty: it is made of the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if key := self.fields.get("key"):
            key.required = False
            key.help_text = gettext("What steps and files call it. Empty: made of the name.")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if "key" in self.fields and not cleaned.get("key") and "key" not in self.errors:
            if name := cleaned.get("name"):
                cleaned["key"] = free_key(self._meta.model, name)
            else:
                self.add_error("key", gettext("Write a name, or a key."))
        return cleaned


class PromptForm(KeyedForm):
    class Meta:
        model = Prompt
        fields = ("name", "key", "team")
