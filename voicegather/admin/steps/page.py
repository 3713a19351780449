"""A step's page: the fields of its kind alone, and back to whence the user came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin, stay_here
from voicegather.admin.forms.references import Offered
from voicegather.admin.forms.row_sets import row_sets_of
from voicegather.admin.forms.setting_fields import SettingField, setting_fields_of
from voicegather.admin.steps.choices import StepChoiceInline, menu_asked_for, offered_choices
from voicegather.admin.steps.forms import step_form_of
from voicegather.admin.steps.inserting import insert_as_asked
from voicegather.admin.steps.kinds import (
    ChosenKind,
    choosing_address,
    collects,
    has_to_choose,
    kind_asked_for,
    kinds_to_choose,
)
from voicegather.admin.steps.returning import origin_of
from voicegather.admin.teams import in_own_teams
from voicegather.engine.config import Role, settings_of
from voicegather.engine.graph import Sensitivity
from voicegather.engine.kinds import StepKind
from voicegather.models import Calendar, Step
from voicegather.models.menus import step_kinds
from voicegather.selectors.new_steps import new_step_in
from voicegather.services.calendars import exits_of
from voicegather.services.menus.entry import hand_over_entry

_ITSELF = (None, {"fields": ("menu", "key", "name", "kind", "is_entry", "is_success", "position")})
_SIGHT = (_("Who may see what is entered"), {"fields": ("sensitivity", "shown_last")})


class StepPage(BaseAdmin):
    """For the admin of steps: forms that fit the kind of the step."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        step = self.get_object(request, object_id) if object_id else None
        is_open = (step or not object_id) and self._may_edit(request, step)
        if is_open and has_to_choose(request, step.kind if step else ""):
            return self._kinds_page(request, step)
        response: HttpResponse = super().changeform_view(
            request, object_id, form_url, extra_context
        )
        return response

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        menu, kind = menu_asked_for(request), kind_asked_for(request, "")
        initial["menu"] = menu.pk if menu else None
        if menu is not None and kind is not None:
            new = new_step_in(menu, kind.name)
            initial = {
                "key": new.key,
                "position": new.position,
                "is_entry": new.is_entry,
                **initial,
            }
        return initial

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The exits of calendars are offered where a step goes by one."""
        step = context.get("original")
        kind = kind_asked_for(request, step.kind if step else "")
        if kind is not None and _asks_calendars(kind) and self._may_edit(request, step):
            calendars = in_own_teams(request, Calendar.objects.all())
            context["exits"] = dict.fromkeys(name for each in calendars for name in exits_of(each))
        return super().render_change_form(request, context, *args, **kwargs)

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """The exits that lead nowhere stand ready among the choices, also when they come back."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, StepChoiceInline):
            kwargs["initial"] = offered_choices(request, obj if obj.pk else None)
        return kwargs

    # ---- the form -----------------------------------------------------------------------------

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kind = kind_asked_for(request, obj.kind if obj else "")
        if kind is not None and self._may_edit(request, obj):
            chosen = forms.ChoiceField(
                label=_("Kind"),
                choices=step_kinds,
                widget=ChosenKind(kind, choosing_address(request)),
            )
            fields, stored = self._setting_fields(request, obj, kind), _stored(obj, kind)
            others: dict[str, Any] = {"kind": chosen}
            if not _has_json(request, obj, kind, fields):
                others["config"] = None
            kwargs["form"] = step_form_of(fields, stored, **others)
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        kind = kind_asked_for(request, obj.kind if obj else "")
        json = {"fields": ("config", "known_settings")}
        if kind is None or not self._may_edit(request, obj):
            return [_ITSELF, (_("What it does"), json), _SIGHT]
        stored = _stored(obj, kind)
        fields = self._setting_fields(request, obj, kind)
        main = [each.form_name for each in fields if each.is_main(stored)]
        more = [each.form_name for each in fields if not each.is_main(stored)]
        fieldsets: list[Any] = [_ITSELF]
        if main:
            fieldsets.append((_("What it does"), {"fields": main}))
        if more:
            title = _("More settings") if main else _("What it does")
            fieldsets.append((title, {"fields": more, "classes": ("collapse",) if main else ()}))
        if _has_json(request, obj, kind, fields):
            fieldsets.append((_("Other settings"), json))
        if collects(kind) or (obj and obj.sensitivity != Sensitivity.NORMAL):
            fieldsets.append(_SIGHT)
        return fieldsets

    def _may_edit(self, request: HttpRequest, step: Step | None) -> bool:
        if step is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, step)

    def _setting_fields(
        self, request: Any, step: Step | None, kind: StepKind
    ) -> tuple[SettingField, ...]:
        """Made once a request: fieldsets and form share them, and what they asked for."""
        made: dict[str, Any] = request.__dict__.setdefault("voicegather_setting_fields", {})
        if kind.name not in made:
            offered = Offered(request, self.admin_site)
            made[kind.name] = setting_fields_of(kind, _stored(step, kind), offered)
        fields: tuple[SettingField, ...] = made[kind.name]
        return fields

    def _kinds_page(self, request: HttpRequest, step: Step | None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": step,
            "menu": step.menu if step else menu_asked_for(request),
            "title": gettext("What does the step do?"),
            "kinds": kinds_to_choose(request),
        }
        return TemplateResponse(request, "admin/voicegather/step_kinds.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if obj.is_entry:
            author: Any = request.user
            former = hand_over_entry(obj, author=author)
            if former is not None:
                told = gettext("Callers begin with “%(step)s” now, no longer with “%(former)s”.")
                messages.info(request, told % {"step": obj, "former": former})
        super().save_model(request, obj, form, change)

    # ---- where saving leads ---------------------------------------------------------------------

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A new step whose form had no choices is opened for them, unless another is wanted."""
        insert_as_asked(request, obj)
        had_choices = "choices-TOTAL_FORMS" in request.POST
        if not had_choices and not {"_addanother", "_popup"} & set(request.POST):
            stay_here(request)
        return super().response_add(request, obj, post_url_continue)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._back(request, obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._back(request, obj) or super().response_post_save_change(request, obj)

    def _back(self, request: HttpRequest, step: Step) -> HttpResponseRedirect | None:
        origin = origin_of(request)
        if origin is None or not request.user.has_perm("voicegather.view_menu"):
            return None
        return HttpResponseRedirect(origin.address(step.menu))


def _asks_calendars(kind: StepKind) -> bool:
    return any(info.role is Role.CALENDAR for info in settings_of(kind.Settings).values())


def _stored(step: Step | None, kind: StepKind) -> Mapping[str, Any]:
    """The step's settings; of another kind than it has been only those that this one has, too."""
    config = step.config if step and isinstance(step.config, dict) else {}
    if step is None or step.kind == kind.name:
        return config
    known = settings_of(kind.Settings)
    return {name: value for name, value in config.items() if name in known}


def _has_json(
    request: HttpRequest,
    step: Step | None,
    kind: StepKind,
    fields: tuple[SettingField, ...],
) -> bool:
    """Whether some settings are written as JSON: those that neither fields nor rows can show."""
    if "config" in request.POST or (step and not isinstance(step.config, dict)):
        return True
    stored = _stored(step, kind)
    shown = {each.name for each in fields}
    shown |= {each.setting.name for each in row_sets_of(kind.name, stored, None)}
    return bool(stored.keys() - shown)
