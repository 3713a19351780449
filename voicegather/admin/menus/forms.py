"""The form of a menu: what cannot stand is said at its field or row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.forms.fields import LanguagesField
from voicegather.admin.forms.row_forms import row_settings_of
from voicegather.admin.forms.row_sets import RowSet, row_set_of
from voicegather.engine.variables import MenuSettings, read_declared
from voicegather.models import Menu
from voicegather.services.wording import translated


class MenuForm(forms.ModelForm):  # type: ignore[type-arg]
    """A menu's own fields. What calls may bring with them is a table beside the form."""

    languages = LanguagesField(
        label=_("Languages"),
        initial=["en-US"],
        widget=AdminTextInputWidget(attrs={"spellcheck": "false"}),
        help_text=_("What callers can be spoken to in, the default first: en-US, es-US"),
    )

    class Meta:
        model = Menu
        fields = (
            "name",
            "slug",
            "description",
            "team",
            "languages",
            "requires_tests",
            "requires_approval",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = self.instance.variables
        self.row_sets = [self._variable_rows()] if "name" in self.fields else []

    def _variable_rows(self) -> RowSet:
        (setting,) = row_settings_of(MenuSettings)
        rows = setting.rows_in(self._stored)
        made = row_set_of(setting, rows or [], self.data if self.is_bound else None)
        if rows is None and not self.is_bound:
            message = gettext("What is stored is no list of rows. Rows that you save replace it.")
            made.problems.append(message)
        return made

    @property
    def changed_data(self) -> list[str]:
        """The fields that were changed, with the table where its rows were."""
        changed = list(super().changed_data)
        return changed if self.instance.variables == self._stored else [*changed, "variables"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        for each in self.row_sets:
            self._read(each)
            if each.has_errors:
                self.add_error(
                    None, gettext("Look at “%s” below.") % translated(each.setting.info.label)
                )
        return cleaned

    def _read(self, rows: RowSet) -> None:
        """Take the rows that were posted; a page without the table leaves what is stored."""
        if not rows.formset.is_bound or rows.has_errors:
            return
        documents = [row.document() for row in rows.rows]
        _declared, problems = read_declared(documents)
        for problem in problems:
            rows.blame(problem.field, translated(problem.message))
        if not problems and (documents or isinstance(self._stored, list)):
            self.instance.variables = documents
