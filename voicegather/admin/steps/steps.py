from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin, PartOfAnother
from voicegather.admin.steps.choices import StepChoiceInline, menu_asked_for
from voicegather.admin.steps.forms import FreeChoiceForm, StepForm
from voicegather.admin.steps.page import StepPage
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.engine.config import SettingInfo, default_of, settings_of
from voicegather.engine.kinds import kind_named
from voicegather.models import Choice, Step
from voicegather.services.wording import translated


@admin.register(Step)
class StepAdmin(StepPage):
    form = StepForm
    change_form_template = "admin/voicegather/step_change_form.html"
    inlines = (StepChoiceInline,)
    list_display = ("key", "name", "menu", "kind", "is_entry", "sensitivity", "position")
    list_filter = (("menu", OwnTeamsFilter), "kind", "sensitivity")
    list_select_related = ("menu",)
    ordering = ("menu__name", "position", "pk")
    search_fields = ("key", "name", "menu__name")
    autocomplete_fields = ("menu",)
    readonly_fields = ("known_settings",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A step stays in its menu, and its key for ever: results and exports are keyed by it."""
        return ("menu", "key", *self.readonly_fields) if obj else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[Any, ...]:
        """Choices lead to steps of the menu: a new step has them once its menu is known."""
        if obj is None and request.method == "POST" and "choices-TOTAL_FORMS" not in request.POST:
            return ()
        return self.inlines if obj or menu_asked_for(request) else ()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for each in formset.forms:
            each.instance.menu = form.instance.menu
        super().save_formset(request, form, formset, change)

    @admin.display(description=_("known settings"))
    def known_settings(self, step: Step) -> str:
        kind = kind_named(step.kind) if step.kind else None
        if kind is None:
            return str(_("Save the step to see what its kind can be told."))
        defaults = {each.name: default_of(each) for each in fields(kind.Settings)}
        rows = format_html_join(
            "",
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            (
                (name, _meaning(info), _default(defaults[name]))
                for name, info in settings_of(kind.Settings).items()
            ),
        )
        head = format_html_join("", '<th scope="col">{}</th>', _SETTING_COLUMNS)
        return format_html(
            "<details><summary>{}</summary>"
            "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></details>",
            _("What each of them means"),
            head,
            rows,
        )


_SETTING_COLUMNS = ((_("Setting"),), (_("Meaning"),), (_("Unless given"),))


def _meaning(info: SettingInfo) -> SafeString:
    return format_html("{}. {}", translated(info.label), translated(info.help))


def _default(value: Any) -> Any:
    if value is MISSING:
        return _("required")
    if isinstance(value, tuple | Mapping) and not value:
        return _("empty")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@admin.register(Choice)
class ChoiceAdmin(PartOfAnother, BaseAdmin):
    form = FreeChoiceForm
    list_display = ("__str__", "menu", "step", "match", "value", "action", "target", "language")
    list_filter = (("menu", OwnTeamsFilter), "match", "action")
    list_select_related = ("menu", "step", "target")
    ordering = ("menu__name", "step__position", "position", "pk")
    search_fields = ("value", "menu__name", "step__key", "target__key")
    autocomplete_fields = ("menu", "step", "target")
    fields = ("menu", "step", "match", "value", "action", "target", "language", "position")
