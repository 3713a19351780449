"""Settings that are lists of small things, as rows of a table instead of JSON.

A row setting of a kind is a ``tuple[SomeDataclass, ...]`` whose dataclass is declared with
``setting(…)`` as the kind's own are, or a ``Mapping[str, str]``: rows of a name and a value.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields
from enum import Enum
from functools import cached_property
from typing import Any, get_origin, get_type_hints

from django import forms
from django.utils.translation import gettext_lazy as _

from voicegather.engine.config import (
    SettingInfo,
    default_of,
    is_text_by_name,
    row_class,
    settings_of,
)
from voicegather.services.wording import translated_lazy


@dataclass(frozen=True)
class RowSetting:
    """One setting that is edited as rows; `row_class` is None where rows are names and values."""

    name: str
    info: SettingInfo
    row_class: type | None

    def form_class(self) -> type[RowForm]:
        """The form of one row, its fields made from the dataclass."""
        return _pair_form() if self.row_class is None else _form_of(self.row_class)

    def rows_in(self, stored: Any) -> list[dict[str, Any]] | None:
        """What is stored, as rows' initial data; None where it has a shape that rows would lose."""
        if self.row_class is None:
            return _pairs_in(stored)
        known = settings_of(self.row_class)
        if not isinstance(stored, list | tuple):
            return None
        if not all(isinstance(row, dict) and row.keys() <= known.keys() for row in stored):
            return None
        hints = get_type_hints(self.row_class)
        rows = [{name: shown(hints[name], value) for name, value in row.items()} for row in stored]
        return None if any(Unshowable in row.values() for row in rows) else rows

    def stored_from(self, rows: list[dict[str, Any]]) -> Any:
        """What is stored for the rows, in their order."""
        if self.row_class is None:
            return {row["name"]: row["value"] for row in rows}
        return rows


class Unshowable:
    """In place of a value that a row's field cannot show."""


#: Characters; longer texts get a wider field, or more than one line.
LONGEST_WORD, LONGEST_LINE = 100, 255
_BESIDE_THE_ROW = ("ORDER", "DELETE")


def row_settings_of(settings_class: type) -> tuple[RowSetting, ...]:
    """The settings of a kind that are edited as rows, in the order of its class."""
    hints = get_type_hints(settings_class)
    return tuple(
        RowSetting(name, info, row_class(hints[name]))
        for name, info in settings_of(settings_class).items()
        if row_class(hints[name]) or is_text_by_name(hints[name])
    )


class RowForm(forms.Form):
    """One row. `document` is what is stored of it once it is valid."""

    row_class: type | None = None

    @cached_property
    def changed_data(self) -> list[str]:
        """An empty row stays empty wherever it is moved."""
        return [name for name in super().changed_data if name != "ORDER"]

    @property
    def is_spare(self) -> bool:
        """Whether the row is there to be filled, and is not."""
        return self.empty_permitted and not (self.is_bound and self.has_changed())

    def document(self) -> dict[str, Any]:
        """The row's values without those that are the defaults anyway."""
        values = {
            name: value for name, value in self.cleaned_data.items() if name not in _BESIDE_THE_ROW
        }
        if self.row_class is None:
            return values
        defaults = {each.name: default_of(each) for each in fields(self.row_class)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value not in (None, "", ()) and value != defaults[name]
        }


class BaseRowFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The rows of one setting; their order is part of it."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Order")
        form.fields["ORDER"].widget.attrs["class"] = "rows-order"
        form.fields["DELETE"].label = _("Remove")

    def clean(self) -> None:
        """Two rows of one name would be one setting, or one field asked for twice."""
        seen: set[str] = set()
        for form in self.forms:
            name = getattr(form, "cleaned_data", {}).get("name")
            if not name or form in self.deleted_forms:
                continue
            if name in seen:
                form.add_error("name", _("There is a row of this name already."))
            seen.add(name)

    def kept(self) -> list[RowForm]:
        """The rows that are left, in their order. Of valid formsets only."""
        return [form for form in self.ordered_forms if form.cleaned_data]


class _NamesField(forms.CharField):
    """A list of words, written with commas between them."""

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        return tuple(word for each in text.split(",") if (word := each.strip()))


def _form_of(row_class: type) -> type[RowForm]:
    hints = get_type_hints(row_class)
    made = {each.name: field_of(each, hints[each.name]) for each in fields(row_class)}
    return type(f"{row_class.__name__}Form", (RowForm,), {**made, "row_class": row_class})


def field_of(each: Field[Any], hint: Any) -> forms.Field:
    """The form field of one setting that is neither rows nor texts by name."""
    info: SettingInfo = each.metadata["setting"]
    common: dict[str, Any] = {
        "label": translated_lazy(info.label),
        "help_text": translated_lazy(info.help),
        "required": False,
    }
    default = None if default_of(each) is MISSING else default_of(each)
    if isinstance(hint, type) and issubclass(hint, Enum):
        choices = [(str(member.value), translated_lazy(str(member.value))) for member in hint]
        initial = str(default.value) if isinstance(default, Enum) else choices[0][0]
        return forms.ChoiceField(choices=choices, initial=initial, **common)
    if hint is bool:
        return forms.BooleanField(initial=bool(default), **common)
    if hint is int:
        return forms.IntegerField(
            initial=default, min_value=info.minimum, max_value=info.maximum, **common
        )
    if get_origin(hint) is tuple:
        return _NamesField(initial=", ".join(default or ()), **common)
    if (info.maximum or 0) > LONGEST_LINE:
        common["widget"] = forms.Textarea(attrs={"rows": 2})
    elif (info.maximum or 0) > LONGEST_WORD:
        common["widget"] = forms.TextInput(attrs={"class": "rows-line"})
    return forms.CharField(initial=default or "", **common)


def _pair_form() -> type[RowForm]:
    made = {
        "name": forms.CharField(label=_("Name"), max_length=100),
        "value": forms.CharField(label=_("Value"), required=False, max_length=1000),
    }
    return type("PairForm", (RowForm,), made)


def _pairs_in(stored: Any) -> list[dict[str, Any]] | None:
    if not isinstance(stored, dict) or not all(isinstance(each, str) for each in stored.values()):
        return None
    return [{"name": name, "value": value} for name, value in stored.items()]


def shown(hint: Any, value: Any) -> Any:
    """A stored value as its field's initial data."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return value if value in [member.value for member in hint] else Unshowable
    if get_origin(hint) is tuple:
        is_list = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        return ", ".join(value) if is_list else Unshowable
    expected = hint if hint in (bool, int, str) else str
    return value if type(value) is expected else Unshowable
