"""Saved choices of columns: which, in which order, under which headings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin
from voicegather.admin.forms.inline_rows import LabelledRows
from voicegather.admin.teams import OwnTeamsFilter, in_own_teams
from voicegather.models import ExportColumn, ExportProfile, Menu
from voicegather.services.exports.choosing import columns_to_choose, keys_of_shape

EMPTY_ROWS = 3
#: The position of a row that a script adds.
LAST = 100


class ColumnForm(forms.ModelForm):  # type: ignore[type-arg]
    """One column; its key is one of those that there are, or the one that it has."""

    key = forms.ChoiceField(label=_("column"))

    class Meta:
        model = ExportColumn
        fields = ("position", "key", "heading")

    def __init__(self, *args: Any, choices: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        key: Any = self.fields["key"]
        known = {value for _group, keys in choices for value, _label in keys}
        own = self.instance.key
        # Of a menu that is gone, or another team's: it stays until somebody takes it out.
        kept = [(own, own)] if own and own not in known else []
        key.choices = [("", "---------"), *kept, *choices]
        if not self.instance.pk:
            # Further columns come after those that there are.
            place = (self.prefix or "").rpartition("-")[2]
            self.initial["position"] = int(place) if place.isdigit() else LAST

    def clean_heading(self) -> str:
        heading: str = self.cleaned_data["heading"].strip()
        if any("\ud800" <= each <= "\udfff" or not each.isprintable() for each in heading):
            raise forms.ValidationError(gettext("A heading is one line of printable characters."))
        return heading


class ColumnSet(LabelledRows):
    """At least one column, each heading once, all of the profile's shape."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("key") and not form.cleaned_data.get("DELETE")
        ]
        if not kept:
            raise forms.ValidationError(gettext("Choose at least one column."))
        headings = [each["heading"] or each["key"] for each in kept]
        twice = sorted({each for each in headings if headings.count(each) > 1})
        if twice:
            told = gettext("Two columns have the heading “%s”: give each its own.")
            raise forms.ValidationError(told % twice[0])
        foreign = [e["key"] for e in kept if not keys_of_shape(e["key"], self.instance.shape)]
        if foreign:
            told = gettext("“%(key)s” is no column of this shape (%(shape)s): take it out.")
            shape = self.instance.get_shape_display()
            raise forms.ValidationError(told % {"key": foreign[0], "shape": shape})


class ColumnInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ExportColumn
    form = ColumnForm
    formset = ColumnSet
    extra = EMPTY_ROWS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        choices = columns_to_choose(in_own_teams(request, Menu.objects.all()))

        class WithChoices(made):  # type: ignore[misc, valid-type]
            def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
                return {**super().get_form_kwargs(index), "choices": choices}

        return WithChoices

    # Whoever may write the profile may write its columns.
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "add") or self._may(request, "change")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view") or self.has_add_permission(request)

    def _may(self, request: HttpRequest, act: str) -> bool:
        return request.user.has_perm(f"voicegather.{act}_exportprofile")


@admin.register(ExportProfile)
class ExportProfileAdmin(BaseAdmin):
    empty_list = _("A profile saves which columns an export has, their order and headings.")
    list_display = ("name", "shape", "team")
    list_filter = ("shape", ("team", OwnTeamsFilter))
    list_select_related = ("team",)
    search_fields = ("name",)
    fields = ("name", "shape", "team")
    inlines = (ColumnInline,)
