"""The choices of a step, and the global ones of a menu, edited where they belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from voicegather.admin.steps.forms import ChoiceForm, ChoiceFormSet
from voicegather.admin.steps.kinds import kind_asked_for
from voicegather.admin.teams import in_own_teams
from voicegather.engine.edges import Match
from voicegather.models import Choice, Menu, Step
from voicegather.selectors.missing_exits import missing_exits

#: Characters, so that a row of choices fits the page.
_WIDTHS = {"value": 14, "language": 6}
#: Of a new step, which has no choices yet.
SPARE_CHOICES = 2
#: Of an id that databases know.
MOST_DIGITS = 19


class ChoiceInline(admin.TabularInline):  # type: ignore[type-arg]
    """Choices that lead to steps of the same menu only."""

    model = Choice
    form = ChoiceForm
    formset = ChoiceFormSet
    extra = 0
    fields = ("match", "value", "action", "target", "language", "position")
    ordering = ("position", "pk")

    def menu_of(self, request: HttpRequest, parent: Any) -> Menu | None:
        """The menu to whose steps choices lead, None where it is not known yet."""
        raise NotImplementedError

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        menu = self.menu_of(request, obj)
        steps = Step.objects.filter(menu=menu) if menu else Step.objects.none()

        def field_of(db_field: Any, **options: Any) -> Any:
            if db_field.name == "target":
                # Without the admin's buttons to add and delete steps, which have no place here.
                return db_field.formfield(queryset=steps, **options)
            if size := _WIDTHS.get(db_field.name):
                # The page of a step lists exits there, where a calendar has some of its own.
                listed = {"list": "choice-exits"} if db_field.name == "value" else {}
                widget = AdminTextInputWidget(attrs={"class": "", "size": size, **listed})
                return db_field.formfield(widget=widget, **options)
            return self.formfield_for_dbfield(db_field, request=request, **options)

        kwargs["formfield_callback"] = field_of
        return super().get_formset(request, obj, **kwargs)


class StepChoiceInline(ChoiceInline):
    fk_name = "step"
    verbose_name_plural = _("choices")

    def menu_of(self, request: HttpRequest, parent: Step | None) -> Menu | None:
        return parent.menu if parent else menu_asked_for(request)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return len(offered_choices(request, obj))


class GlobalChoiceInline(ChoiceInline):
    fk_name = "menu"
    verbose_name = _("global choice")
    verbose_name_plural = _("global choices: every step inherits them unless it has its own")

    def menu_of(self, request: HttpRequest, parent: Menu | None) -> Menu | None:
        return parent

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(step=None)


def offered_choices(request: HttpRequest, step: Step | None) -> list[dict[str, str]]:
    """The rows that a step's form has ready: empty ones of a new step, then one for each exit that
    nothing leads on from. What is left as it was offered is not saved. Made once a request.
    """
    made: dict[str, Any] = request.__dict__
    if "voicegather_offered_choices" not in made:
        made["voicegather_offered_choices"] = list(_offered(request, step))
    rows: list[dict[str, str]] = made["voicegather_offered_choices"]
    return rows


def _offered(request: HttpRequest, step: Step | None) -> Iterator[dict[str, str]]:
    if step is None:
        yield from ({} for _number in range(SPARE_CHOICES))
    menu = step.menu if step else menu_asked_for(request)
    kind = kind_asked_for(request, step.kind if step else "")
    if menu is None or kind is None:
        return
    stored = step.config if step and isinstance(step.config, Mapping) else {}
    for name in missing_exits(kind, stored, menu=menu, step=step):
        if name == Match.OTHERWISE:
            yield {"match": Match.OTHERWISE.value}
        else:
            yield {"match": Match.EXIT.value, "value": name}


def menu_asked_for(request: HttpRequest) -> Menu | None:
    """The menu that a new step is for: posted, or in the address; None where none of the user's."""
    asked = request.POST.get("menu") or request.GET.get("menu") or ""
    if not (asked.isascii() and asked.isdigit() and len(asked) < MOST_DIGITS):
        return None
    found: Menu | None = in_own_teams(request, Menu.objects.filter(pk=asked)).first()
    return found
