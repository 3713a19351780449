"""Forms of steps and choices: what cannot stand is said at its field."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.forms.fields import IndentedJSONField, check_object
from voicegather.admin.forms.inline_rows import LabelledRows
from voicegather.admin.forms.row_sets import config_beside, merged, row_sets_of
from voicegather.admin.forms.setting_fields import SettingField
from voicegather.engine.choices import patterns_of
from voicegather.engine.config import REQUIRED, ConfigProblem
from voicegather.engine.edges import Edge, Match
from voicegather.engine.entries import MOST_DIGITS, EntryError
from voicegather.engine.kinds import check_settings, kind_named
from voicegather.models import Choice, Step
from voicegather.services.menus.choice_labels import exit_named
from voicegather.services.prompts import check_language
from voicegather.services.wording import translated, translated_error

_BARE_MATCHES = (Match.ANY, Match.OTHERWISE)


class StepForm(forms.ModelForm):  # type: ignore[type-arg]
    """A step with its settings: as fields and rows, and as JSON what those cannot show."""

    config = IndentedJSONField(
        required=False,
        label=gettext_lazy("Other settings"),
        help_text=gettext_lazy("As JSON; {} where nothing differs."),
    )
    #: The settings of the kind that are fields of this form, see `step_form_of`.
    setting_fields: ClassVar[tuple[SettingField, ...]] = ()
    #: The stored settings as far as the kind has them; None: as the step has them.
    stored_settings: ClassVar[Mapping[str, Any] | None] = None

    class Meta:
        model = Step
        fields = (
            "menu",
            "key",
            "name",
            "kind",
            "is_entry",
            "config",
            "sensitivity",
            "shown_last",
            "is_success",
            "position",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, self._stored = self._kind_and_config()
        posted = self.data if self.is_bound else None
        self.row_sets = row_sets_of(kind, self._stored, posted) if "kind" in self.fields else []
        for each in self.setting_fields:
            self.initial[each.form_name] = each.initial(self._stored)
        names = {each.name for each in self.setting_fields}
        if isinstance(self.initial.get("config", {}), Mapping):
            beside = config_beside(self._stored, self.row_sets)
            self.initial["config"] = {
                name: value for name, value in beside.items() if name not in names
            }

    def _kind_and_config(self) -> tuple[str, Mapping[str, Any]]:
        """The kind that is asked for, else the stored or initial one, and the stored settings."""
        stored = self.stored_settings
        if stored is None:
            stored = self.initial.get("config")
        kind = self.data.get("kind") if self.is_bound else None
        return (
            str(kind or self.initial.get("kind") or ""),
            stored if isinstance(stored, Mapping) else {},
        )

    def clean_config(self) -> dict[str, Any]:
        config = self.cleaned_data["config"]
        if config is None:
            return {}
        check_object(config)
        return dict(config)

    def _get_validation_exclusions(self) -> set[str]:
        """A step that becomes the entry takes it over from another, which saving sees to."""
        return {*super()._get_validation_exclusions(), "is_entry"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        kind = kind_named(cleaned.get("kind", ""))
        given = self._given_settings(cleaned)
        if kind is not None and given is not None:
            config = merged(given, self.row_sets)
            if not any(each.has_errors for each in self.row_sets):
                _settings, problems = check_settings(kind, config)
                for problem in problems:
                    self._blame(problem)
            for each in self.row_sets:
                if each.has_errors:
                    self.add_error(
                        None, _("Look at “%s” below.") % translated(each.setting.info.label)
                    )
            # The column is no field of the form where nothing is left to write as JSON.
            cleaned["config"] = self.instance.config = config
        return cleaned

    def _given_settings(self, cleaned: dict[str, Any]) -> dict[str, Any] | None:
        """What is written in the fields and as JSON; None where the JSON cannot be read."""
        if "config" in self.fields and "config" not in cleaned:
            return None
        config = dict(cleaned.get("config") or {})
        if not self._has_setting_fields():
            return config
        for each in self.setting_fields:
            if each.form_name not in cleaned:
                continue
            written: dict[str, Any] = {}
            each.store(cleaned[each.form_name], self._stored, written)
            if written and each.name in config:
                self.add_error(
                    each.form_name, _("It stands in the JSON below, too: write it in one place.")
                )
            config = written | config
        return config

    def _has_setting_fields(self) -> bool:
        """Whether the fields were posted: a form that was opened without a kind has none."""
        return any(
            not field.widget.value_omitted_from_data(self.data, self.files, each.form_name)
            for each in self.setting_fields
            if (field := self.fields.get(each.form_name))
            and not isinstance(field, forms.BooleanField)
        )

    def _blame(self, problem: ConfigProblem) -> None:
        name, _dot, path = problem.field.partition(".")
        for each in self.row_sets:
            if each.setting.name == name:
                each.blame(path, translated(problem.message))
                return
        for setting in self.setting_fields:
            if setting.name == name and self._has_setting_fields():
                if setting.form_name not in self.errors:
                    asked = self.fields[setting.form_name].error_messages["required"]
                    is_missing = problem.message == REQUIRED
                    message = asked if is_missing else translated(problem.message)
                    self.add_error(setting.form_name, message)
                return
        self.add_error(
            "config" if "config" in self.fields else None,
            f"{problem.field}: {translated(problem.message)}",
        )


def step_form_of(
    setting_fields: tuple[SettingField, ...], stored: Mapping[str, Any] | None, **others: Any
) -> type[StepForm]:
    """The form of a step with these settings as fields, and `others` in the place of its own.

    A field of its own that is None there is left out.
    """
    made = {each.form_name: each.field for each in setting_fields}
    beside = {"setting_fields": setting_fields, "stored_settings": stored}
    return type("StepForm", (StepForm,), {**made, **others, **beside})


class ChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Choice
        fields = ("match", "value", "action", "target", "language", "position")

    def clean_language(self) -> str:
        language: str = self.cleaned_data["language"]
        if language:
            check_language(language)
        return language

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if "match" in cleaned and "value" in cleaned:
            if cleaned["match"] == Match.EXIT:
                cleaned["value"] = exit_named(cleaned["value"])
            try:
                self._check_value(Match(cleaned["match"]), cleaned["value"])
            except EntryError as problem:
                self.add_error("value", translated_error(problem))
        return cleaned

    def _check_value(self, match: Match, value: str) -> None:
        if match in _BARE_MATCHES:
            if value:
                raise EntryError(_("Leave this empty: the match says it all."))
        elif not value:
            raise EntryError(_("Say what is matched."))
        patterns_of(Edge(match, value), fewest=1, most=MOST_DIGITS)


class FreeChoiceForm(ChoiceForm):
    """A choice on a page of its own, where menu, step and target can be mixed up."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        menu = cleaned.get("menu")
        for name in ("step", "target"):
            step = cleaned.get(name)
            if menu is not None and step is not None and step.menu_id != menu.pk:
                self.add_error(name, _("Choose a step of the same menu."))
        if menu is not None and not self.errors:
            self._check_unique(cleaned)
        return cleaned

    def _check_unique(self, cleaned: dict[str, Any]) -> None:
        same = Choice.objects.filter(
            menu=cleaned["menu"],
            step=cleaned.get("step"),
            match=cleaned["match"],
            value=cleaned["value"],
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("value", _("There is a choice for this already."))


class ChoiceFormSet(LabelledRows):
    """The choices of one step or menu: no two for the same.

    The database's constraints have conditions, which formsets do not check.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        """The steps are asked for once: each row's field would ask again."""
        super().add_fields(form, index)
        if "target" in form.fields:
            form.fields["target"].widget.choices = self._targets

    @cached_property
    def _targets(self) -> list[Any]:
        target: Any = self.form.base_fields["target"]
        return list(target.choices)

    def clean(self) -> None:
        super().clean()
        seen: set[tuple[str, str]] = set()
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", None)
            if not cleaned or cleaned.get("DELETE") or "match" not in cleaned:
                continue
            identity = (cleaned["match"], cleaned.get("value", ""))
            if identity in seen:
                form.add_error("value", _("There is a choice for this already."))
            seen.add(identity)
