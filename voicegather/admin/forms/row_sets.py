"""Row settings as formsets beside a form: those of one step, or of a menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.forms import formset_factory
from django.utils.translation import gettext as _

from voicegather.admin.forms.row_forms import BaseRowFormSet, RowForm, RowSetting, row_settings_of
from voicegather.engine.kinds import kind_named
from voicegather.services.wording import translated

#: Empty rows under the filled ones: with scripts there is a button, without there is this.
SPARE_ROWS = 3
#: As many as anybody would say on a telephone, and more.
MOST_ROWS = 100


@dataclass
class RowSet:
    """The rows of one setting, shown and posted."""

    setting: RowSetting
    formset: Any
    problems: list[str] = field(default_factory=list)

    @cached_property
    def rows(self) -> list[RowForm]:
        """The rows that were posted, in their order; none of a table with errors."""
        return self.formset.kept() if self.formset.is_bound and self.formset.is_valid() else []

    def blame(self, path: str, message: str) -> None:
        """Put a problem at `path` in the setting (``2.name``, ``plan`` or "") where it belongs."""
        place, _dot, column = path.partition(".")
        for index, form in enumerate(self.rows):
            if place in (str(index), form.cleaned_data.get("name")):
                form.add_error(column if column in form.fields else None, message)
                return
        self.problems.append(message)

    @property
    def label(self) -> str:
        return translated(self.setting.info.label)

    @property
    def help(self) -> str:
        return translated(self.setting.info.help)

    @property
    def has_errors(self) -> bool:
        return bool(self.problems) or (self.formset.is_bound and not self.formset.is_valid())


def row_sets_of(
    kind: str, config: Mapping[str, Any], data: Mapping[str, Any] | None
) -> list[RowSet]:
    """The tables of a step of this `kind`: those of its settings whose rows can be shown whole."""
    found = kind_named(kind)
    if found is None:
        return []
    sets = []
    for setting in row_settings_of(found.Settings):
        rows = setting.rows_in(config[setting.name]) if setting.name in config else []
        if rows is not None:
            sets.append(row_set_of(setting, rows, data))
    return sets


def row_set_of(
    setting: RowSetting, rows: list[dict[str, Any]], data: Mapping[str, Any] | None
) -> RowSet:
    """The table of one setting: as it was posted, else with these rows."""
    made, prefix = formset_of(setting), f"rows-{setting.name}"
    is_posted = data is not None and f"{prefix}-TOTAL_FORMS" in data
    formset = made(data, prefix=prefix) if is_posted else made(initial=rows, prefix=prefix)
    return RowSet(setting, formset)


def config_beside(config: Mapping[str, Any], sets: list[RowSet]) -> dict[str, Any]:
    """The settings that are not edited as rows."""
    names = {each.setting.name for each in sets}
    return {name: value for name, value in config.items() if name not in names}


def merged(config: dict[str, Any], sets: list[RowSet]) -> dict[str, Any]:
    """The whole settings. One that is written as JSON and as rows is a problem of its rows."""
    whole = dict(config)
    for each in sets:
        name, rows = each.setting.name, each.rows
        if rows and name in config:
            each.problems.append(_("It stands in the JSON above, too: write it in one place."))
        elif rows:
            whole[name] = each.setting.stored_from([row.document() for row in rows])
    return whole


def formset_of(setting: RowSetting) -> Any:
    """The class of a setting's table."""
    return formset_factory(
        setting.form_class(),
        formset=BaseRowFormSet,
        extra=SPARE_ROWS,
        can_order=True,
        can_delete=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
    )
