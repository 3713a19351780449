"""Form fields for JSON that people write, and what such JSON must be."""

from __future__ import annotations

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from voicegather.services.prompts import check_language


class IndentedJSONField(forms.JSONField):
    """JSON in a text area, shown as people like to read it."""

    widget = forms.Textarea(attrs={"class": "vLargeTextField", "rows": 12, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        shown = super().prepare_value(value)
        try:
            return json.dumps(json.loads(shown), indent=2, ensure_ascii=False)
        except (TypeError, ValueError):
            return shown


class LanguagesField(forms.CharField):
    """Languages with commas between them, the default first: en-US, es-US."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return ", ".join(each if isinstance(each, str) else json.dumps(each) for each in value)

    def to_python(self, value: Any) -> Any:
        """The list of what is written."""
        return [each for each in re.split(r"[\s,;]+", super().to_python(value) or "") if each]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != initial)

    def run_validators(self, value: Any) -> None:
        for language in value:
            check_language(language)
        if len(set(value)) < len(value):
            raise ValidationError(_("Each language stands in the list once."))


def check_object(value: Any) -> None:
    """Raises ValidationError where `value` is not a JSON object."""
    if not isinstance(value, dict):
        raise ValidationError(_('Write a JSON object: {"name": "value"}.'))
