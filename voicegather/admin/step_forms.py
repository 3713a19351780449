"""Forms of steps and choices: what cannot stand is said at its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext as _

from voicegather.admin.fields import IndentedJSONField, check_object
from voicegather.admin.row_sets import config_beside, merged, row_sets_of
from voicegather.engine.choices import patterns_of
from voicegather.engine.config import ConfigProblem
from voicegather.engine.edges import Edge, Match
from voicegather.engine.entries import MOST_DIGITS, EntryError
from voicegather.engine.kinds import check_settings, kind_named
from voicegather.models import Choice, Step
from voicegather.services.prompts import check_language

_BARE_MATCHES = (Match.ANY, Match.OTHERWISE)


class StepForm(forms.ModelForm):  # type: ignore[type-arg]
    config = IndentedJSONField(
        required=False, label=_("Settings"), help_text=_("As JSON; {} where nothing differs.")
    )

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
            "position",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, stored = self._kind_and_config()
        posted = self.data if self.is_bound else None
        self.row_sets = row_sets_of(kind, stored, posted) if "config" in self.fields else []
        if self.row_sets:
            self.initial["config"] = config_beside(stored, self.row_sets)

    def _kind_and_config(self) -> tuple[str, dict[str, Any]]:
        """The kind that is asked for, else the stored or initial one, and the stored settings."""
        stored = self.initial.get("config")
        kind = self.data.get("kind") if self.is_bound else None
        return (
            str(kind or self.initial.get("kind") or ""),
            stored if isinstance(stored, dict) else {},
        )

    def clean_config(self) -> dict[str, Any]:
        config = self.cleaned_data["config"]
        if config is None:
            return {}
        check_object(config)
        return dict(config)

    def clean_is_entry(self) -> bool:
        is_entry: bool = self.cleaned_data["is_entry"]
        menu = self.instance.menu if self.instance.pk else self.cleaned_data.get("menu")
        if is_entry and menu is not None:
            other = Step.objects.filter(menu=menu, is_entry=True).exclude(pk=self.instance.pk)
            if entry := other.first():
                raise ValidationError(
                    _("“%(step)s” is this menu’s entry: unmark it first."), params={"step": entry}
                )
        return is_entry

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        kind = kind_named(cleaned.get("kind", ""))
        if kind is not None and "config" in cleaned:
            cleaned["config"] = merged(cleaned["config"], self.row_sets)
            if not any(each.has_errors for each in self.row_sets):
                _settings, problems = check_settings(kind, cleaned["config"])
                for problem in problems:
                    self._blame(problem)
            for each in self.row_sets:
                if each.has_errors:
                    self.add_error(None, _("Look at “%s” below.") % each.setting.info.label)
        return cleaned

    def _blame(self, problem: ConfigProblem) -> None:
        name, _dot, path = problem.field.partition(".")
        for each in self.row_sets:
            if each.setting.name == name:
                each.blame(path, problem.message)
                return
        self.add_error("config", f"{problem.field}: {problem.message}")


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
            try:
                self._check_value(Match(cleaned["match"]), cleaned["value"])
            except EntryError as problem:
                self.add_error("value", str(problem))
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


class ChoiceFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The choices of one step or menu: no two for the same.

    The database's constraints have conditions, which formsets do not check.
    """

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
