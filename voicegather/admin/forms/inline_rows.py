from __future__ import annotations

from typing import Any

from django.forms import BaseInlineFormSet


class LabelledRows(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows of a table whose fields have names: its heads are no labels to a screen reader."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)
