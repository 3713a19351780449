"""The page of a menu's saved tests: all run at once, and what can be done about each."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from voicegather.admin.menus.findings import listed_findings
from voicegather.admin.menus.overview import may_see_steps
from voicegather.admin.trials.showing import shown_log
from voicegather.admin.trials.trying import TrialPage
from voicegather.exceptions import VoicegatherError
from voicegather.models import Menu, MenuTest
from voicegather.services.menu_tests import (
    accept_test,
    delete_test,
    rename_test,
    run_tests,
    save_test,
)
from voicegather.services.menus import MenuLintError
from voicegather.services.trials import TrialGoneError, open_trial


class TestsPage(TrialPage):
    """For the admin of menus: test calls kept as tests."""

    __test__ = False

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "voicegather_menu_tests"
        own = [
            path("<path:object_id>/tests/", view(self.tests_view), name=name),
            path("<path:object_id>/tests/<int:test_id>/", view(self.test_view), name=f"{name}_one"),
            path(
                "<path:object_id>/test-call/<int:trial_id>/save/",
                view(self.save_view),
                name="voicegather_menu_test_call_save",
            ),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        menu = context.get("original")
        if menu is not None and self.has_change_permission(request, menu):
            context |= {"may_test": True, "saved_tests": list(menu.tests.only("menu", "name"))}
        return super().render_change_form(request, context, *args, **kwargs)

    def tests_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All tests of the menu, as they go now."""
        menu = self.menu_to_try(request, object_id)
        return self._tests_page(request, menu, list(menu.tests.all()), {})

    def test_view(self, request: HttpRequest, object_id: str, test_id: int) -> HttpResponse:
        """One test as it goes now, with what happens in its call; a POST changes it."""
        menu = self.menu_to_try(request, object_id)
        test = _test_of(menu, test_id)
        if request.method == "POST":
            return self._change(request, menu, test)
        return self._tests_page(request, menu, [test], {"only": test})

    @method_decorator(require_POST)
    def save_view(self, request: HttpRequest, object_id: str, trial_id: int) -> HttpResponse:
        """Keep a test call as a test."""
        menu = self.menu_to_try(request, object_id)
        owner: Any = request.user
        try:
            trial = open_trial(menu, trial_id, owner=owner)
        except TrialGoneError as gone:
            messages.error(request, str(gone))
            return HttpResponseRedirect(reverse("admin:voicegather_menu_test_call", args=[menu.pk]))
        try:
            test = save_test(trial, name=request.POST.get("name", ""), author=owner)
        except VoicegatherError as refusal:
            return self.trial_response(request, menu, trial, _refused(request, refusal))
        saved = {"saved": test, "saved_url": _url_of(test)}
        return self.trial_response(request, menu, trial, saved)

    def _change(self, request: HttpRequest, menu: Menu, test: MenuTest) -> HttpResponse:
        author: Any = request.user
        try:
            match request.POST.get("act"):
                case "rename":
                    rename_test(test, name=request.POST.get("name", ""), author=author)
                    text = _("The test is called “%s” now.") % test
                case "accept":
                    accept_test(test, author=author)
                    text = _("“%s” expects what happens now.") % test
                case "delete":
                    delete_test(test, author=author)
                    text = _("“%s” is deleted.") % test
                case _:
                    raise Http404(_("There is no such act."))
        except MenuLintError:
            messages.error(request, _("The menu has errors: mend them first."))
        except VoicegatherError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, text)
        return HttpResponseRedirect(reverse("admin:voicegather_menu_tests", args=[menu.pk]))

    def _tests_page(
        self, request: HttpRequest, menu: Menu, tests: list[MenuTest], context: dict[str, Any]
    ) -> HttpResponse:
        status = HTTPStatus.OK
        try:
            runs = run_tests(menu, tests)
        except MenuLintError as refusal:
            context["findings"] = listed_findings(menu, refusal.findings)
            runs = ()
        shown = [
            {
                "test": run.test,
                "passed": run.has_passed,
                "differences": run.differences,
                "milliseconds": run.milliseconds,
                "acts": len(run.test.script.get("acts", ()))
                if isinstance(run.test.script, dict)
                else 0,
                "url": _url_of(run.test),
            }
            for run in runs
        ]
        if "only" in context and runs:
            ids: dict[str, int] | None = None if may_see_steps(request) else {}
            context["entries"] = list(shown_log(runs[0].log, menu, ids))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": menu,
            "title": _("Tests of “%s”") % menu,
            "tests": tests,
            "runs": shown,
            "failed": sum(not run.has_passed for run in runs),
            "start_url": reverse("admin:voicegather_menu_test_call", args=[menu.pk]),
            "all_url": reverse("admin:voicegather_menu_tests", args=[menu.pk]),
            **context,
        }
        return TemplateResponse(
            request, "admin/voicegather/menu_tests.html", context, status=status
        )


def _refused(request: HttpRequest, refusal: VoicegatherError) -> dict[str, Any]:
    return {"refusal": str(refusal), "unsaved_name": request.POST.get("name", "")}


def _test_of(menu: Menu, test_id: int) -> MenuTest:
    try:
        test = menu.tests.filter(pk=test_id).first()
    except OverflowError:
        test = None
    if test is None:
        raise Http404(_("There is no such test."))
    test.menu = menu
    return test


def _url_of(test: MenuTest) -> str:
    return reverse("admin:voicegather_menu_tests_one", args=[test.menu_id, test.pk])
