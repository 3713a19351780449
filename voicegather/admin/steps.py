from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin, stay_here
from voicegather.admin.choice_inlines import StepChoiceInline
from voicegather.admin.step_forms import FreeChoiceForm, StepForm
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.engine.config import SettingInfo, default_of, settings_of
from voicegather.engine.kinds import kind_named
from voicegather.models import Choice, Step


@admin.register(Step)
class StepAdmin(BaseAdmin):
    form = StepForm
    change_form_template = "admin/voicegather/step_change_form.html"
    inlines = (StepChoiceInline,)
    list_display = ("key", "name", "menu", "kind", "is_entry", "sensitivity", "position")
    list_filter = (("menu", OwnTeamsFilter), "kind", "sensitivity")
    list_select_related = ("menu",)
    ordering = ("menu__name", "position", "pk")
    search_fields = ("key", "name", "menu__name")
    autocomplete_fields = ("menu",)
    fieldsets = (
        (None, {"fields": ("menu", "key", "name", "kind", "is_entry", "position")}),
        (_("What it does"), {"fields": ("config", "known_settings")}),
        (_("Who may see what is entered"), {"fields": ("sensitivity", "shown_last")}),
    )
    readonly_fields = ("known_settings",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A step stays in its menu, and its key for ever: results and exports are keyed by it."""
        return ("menu", "key", *self.readonly_fields) if obj else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[Any, ...]:
        """Choices lead to steps of the menu, which a new step has not got yet."""
        return self.inlines if obj else ()

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A new step is opened at once for its choices, unless another is wanted."""
        if "_addanother" not in request.POST and "_popup" not in request.POST:
            stay_here(request)
        return super().response_add(request, obj, post_url_continue)

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
    return format_html("{}. {}", info.label, info.help)


def _default(value: Any) -> Any:
    if value is MISSING:
        return _("required")
    if isinstance(value, tuple | Mapping) and not value:
        return _("empty")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@admin.register(Choice)
class ChoiceAdmin(BaseAdmin):
    form = FreeChoiceForm
    list_display = ("__str__", "menu", "step", "match", "value", "action", "target", "language")
    list_filter = (("menu", OwnTeamsFilter), "match", "action")
    list_select_related = ("menu", "step", "target")
    ordering = ("menu__name", "step__position", "position", "pk")
    search_fields = ("value", "menu__name", "step__key", "target__key")
    autocomplete_fields = ("menu", "step", "target")
    fields = ("menu", "step", "match", "value", "action", "target", "language", "position")
