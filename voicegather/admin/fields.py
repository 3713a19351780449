"""Form fields for JSON that people write, and what such JSON must be."""

from __future__ import annotations

import json
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


def check_languages(value: Any) -> None:
    """Raises ValidationError where `value` is not a list of different languages."""
    if not isinstance(value, list) or not value:
        raise ValidationError(_('Write a list with at least one language: ["en-US"].'))
    for language in value:
        check_language(language if isinstance(language, str) else json.dumps(language))
    if len(set(value)) < len(value):
        raise ValidationError(_("Each language stands in the list once."))


def check_object(value: Any) -> None:
    """Raises ValidationError where `value` is not a JSON object."""
    if not isinstance(value, dict):
        raise ValidationError(_('Write a JSON object: {"name": "value"}.'))
