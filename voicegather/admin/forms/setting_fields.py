"""The settings of a step's kind as form fields, except those that are edited as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from enum import Enum
from typing import Any, get_origin, get_type_hints

from django import forms

from voicegather.admin.forms.references import ROLES, Offered, ReferenceField, ReferencesField
from voicegather.admin.forms.row_forms import Unshowable, field_of, row_settings_of, shown
from voicegather.engine.config import Role, SettingInfo, default_of
from voicegather.engine.kinds import StepKind
from voicegather.services.wording import translated_lazy

PREFIX = "setting_"


@dataclass(frozen=True)
class SettingField:
    """One setting as a form field. Its `default` is MISSING where the setting is required."""

    name: str
    info: SettingInfo
    default: Any
    field: forms.Field

    @property
    def form_name(self) -> str:
        return PREFIX + self.name

    def initial(self, stored: Mapping[str, Any]) -> Any:
        """What the field shows of the stored settings."""
        value = stored.get(self.name, None if self.default is MISSING else self.default)
        if isinstance(value, list | tuple) and not isinstance(self.field, ReferencesField):
            return ", ".join(value)
        return value

    def is_main(self, stored: Mapping[str, Any]) -> bool:
        """Whether it is shown at once: the step is about it, or it is not as it comes."""
        is_about = self.default is MISSING or self.info.role is not Role.PLAIN
        return is_about or self.name in stored

    def store(self, value: Any, stored: Mapping[str, Any], config: dict[str, Any]) -> None:
        """Put `value` into `config`, unless it is the default, which was not written before."""
        if value is None or (value in ("", ()) and self.default in (MISSING, "", ())):
            return
        if value != _plain(self.default) or self.name in stored:
            config[self.name] = list(value) if isinstance(value, tuple) else value


def setting_fields_of(
    kind: StepKind | None, stored: Mapping[str, Any], offered: Offered
) -> tuple[SettingField, ...]:
    """The fields of a kind's settings, in their order; without those that fields would garble."""
    if kind is None:
        return ()
    rows = {each.name for each in row_settings_of(kind.Settings)}
    hints = get_type_hints(kind.Settings)
    return tuple(
        SettingField(
            each.name,
            each.metadata["setting"],
            default_of(each),
            _field(each, hints[each.name], stored, offered),
        )
        for each in fields(kind.Settings)
        if each.name not in rows and _is_showable(hints[each.name], each.name, stored)
    )


def _field(each: Field[Any], hint: Any, stored: Mapping[str, Any], offered: Offered) -> forms.Field:
    info: SettingInfo = each.metadata["setting"]
    common: dict[str, Any] = {
        "label": translated_lazy(info.label),
        "help_text": translated_lazy(info.help),
        "required": False,
    }
    if info.role not in ROLES:
        return _widened(field_of(each, hint), info)
    if get_origin(hint) is tuple:
        return ReferencesField(info.role, offered, stored.get(each.name, ()), **common)
    return ReferenceField(info.role, offered, stored.get(each.name, ""), **common)


def _is_showable(hint: Any, name: str, stored: Mapping[str, Any]) -> bool:
    return name not in stored or shown(hint, stored[name]) is not Unshowable


def _plain(default: Any) -> Any:
    return default.value if isinstance(default, Enum) else default


def _widened(field: forms.Field, info: SettingInfo) -> forms.Field:
    """As wide as the admin's own fields."""
    if info.role is Role.TEMPLATE:
        field.widget = forms.Textarea(attrs={"rows": 4})
    if isinstance(field.widget, forms.Textarea):
        field.widget.attrs["class"] = "vLargeTextField"
    elif type(field.widget) is forms.TextInput:
        field.widget.attrs["class"] = "vTextField"
    return field
