from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin, PartOfAnother
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.admin.trials.showing import outcome_label
from voicegather.models import MenuTest
from voicegather.services.menu_tests import (
    MenuTestError,
    accept_test,
    free_name,
    rename_test,
    run_tests,
)
from voicegather.services.menus import MenuLintError

MAY = "voicegather.change_menu"


class MenuTestForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = MenuTest
        fields = ("name",)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name == self.instance.name:
            return name
        try:
            return free_name(self.instance.menu, name)
        except MenuTestError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


@admin.register(MenuTest)
class MenuTestAdmin(PartOfAnother, BaseAdmin):
    """Saved tests of all menus. Whoever may change a menu may do all this to its tests."""

    form = MenuTestForm
    empty_list = _("On a menu’s page make a test call, and save it as a test.")
    list_display = ("name", "menu", "steps", "outcome", "page", "updated_at")
    list_filter = (("menu", OwnTeamsFilter),)
    list_select_related = ("menu",)
    search_fields = ("name", "menu__name", "menu__slug")
    fields = ("name", "menu", "steps", "outcome", "page")
    readonly_fields = ("menu", "steps", "outcome", "page")
    actions = ("run", "accept")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(MAY)

    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever deletes a menu deletes its tests."""
        return request.user.has_perm(MAY) or request.user.has_perm("voicegather.delete_menu")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if "name" in form.changed_data:
            wanted, obj.name = obj.name, form.initial["name"]
            rename_test(obj, name=wanted)

    @admin.action(description=_("Run selected tests"))
    def run(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for menu, tests in _by_menu(queryset):
            try:
                runs = run_tests(menu, tests)
            except MenuLintError:
                text = gettext("“%s” has errors: mend them, then run its tests.")
                self.message_user(request, text % menu, messages.ERROR)
                continue
            for each in runs:
                passed = gettext("%(menu)s, “%(test)s”: passed.")
                text = passed if each.has_passed else "%(menu)s, “%(test)s”: %(differences)s"
                told = {"menu": menu, "test": each.test, "differences": " ".join(each.differences)}
                level = messages.SUCCESS if each.has_passed else messages.ERROR
                self.message_user(request, text % told, level)

    @admin.action(description=_("Accept what happens now"))
    def accept(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for test in queryset.select_related("menu"):
            try:
                accept_test(test, author=request.user)  # type: ignore[arg-type]
            except MenuLintError:
                text = gettext("“%s” has errors: mend them first.") % test.menu
                self.message_user(request, text, messages.ERROR)
            except MenuTestError as refusal:
                self.message_user(request, f"“{test}”: {refusal}", messages.ERROR)
            else:
                text = gettext("“%s” expects what happens now.") % test
                self.message_user(request, text, messages.SUCCESS)

    @admin.display(description=_("steps"))
    def steps(self, test: MenuTest) -> str:
        found = test.expectations.get("steps") if isinstance(test.expectations, dict) else None
        return " → ".join(str(each[0]) for each in found) if isinstance(found, list) else "–"

    @admin.display(description=_("outcome"))
    def outcome(self, test: MenuTest) -> str:
        found = test.expectations.get("outcome") if isinstance(test.expectations, dict) else None
        return outcome_label(str(found)) if found else "–"

    @admin.display(description=_("run"))
    def page(self, test: MenuTest) -> str:
        url = reverse("admin:voicegather_menu_tests_one", args=[test.menu_id, test.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("Run"))


def _by_menu(queryset: QuerySet[Any]) -> list[tuple[Any, list[MenuTest]]]:
    """The tests of the queryset with their menus."""
    found: dict[int, tuple[Any, list[MenuTest]]] = {}
    for test in queryset.select_related("menu"):
        found.setdefault(test.menu_id, (test.menu, []))[1].append(test)
    return list(found.values())
