"""The page on which a menu is published: what to mend, what changes for callers, and a note."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from voicegather.admin.menus.findings import listed_findings, places_of
from voicegather.admin.menus.overview import may_see_steps
from voicegather.admin.publishing.comparing import comparison_context
from voicegather.admin.publishing.planned import plans_context
from voicegather.admin.publishing.planning import (
    PlanForm,
    PlansPage,
    plan_by_form,
)
from voicegather.admin.steps.returning import PUBLISH
from voicegather.exceptions import MenuError
from voicegather.models import Menu
from voicegather.selectors.publications import Publication, calls_in_progress, publication_of
from voicegather.services.menu_tests import run_tests
from voicegather.services.menus import publish_menu
from voicegather.services.menus.plans import Wish

PERMISSION = "voicegather.publish_menu"


class PublishPage(PlansPage):
    """For the admin of menus: nothing goes live that its publisher did not see."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.publish_view)
        own = path("<path:object_id>/publish/", view, name="voicegather_menu_publish")
        return [own, *super().get_urls()]

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What would go live; a POST makes it live, unless it is not what the page showed."""
        menu = self._menu(request, object_id)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        form = PlanForm(request.POST if request.method == "POST" else None)
        refusal = ""
        if form.is_valid():
            try:
                messages.success(request, _publish_or_plan(request, menu, form))
            except MenuError as error:
                refusal = first_line(error)
            else:
                return HttpResponseRedirect(
                    reverse("admin:voicegather_menu_change", args=[menu.pk])
                )
        return self._publish_page(request, menu, form, refusal)

    def _publish_page(
        self, request: HttpRequest, menu: Menu, form: PlanForm, refusal: str
    ) -> HttpResponse:
        publication = publication_of(menu)
        tests = tests_of(menu, publication)
        may_open = may_see_steps(request)
        places = places_of(menu)
        urls = {key: place.address(PUBLISH) for key, place in places.items()} if may_open else {}
        failed = sum(not run.has_passed for run in tests)
        is_live = bool(menu.live_version and menu.live_version.sha256 == publication.sha256)
        comparison = publication.comparison
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": menu,
            "title": gettext("Publish “%s”") % menu,
            "form": form,
            "refusal": refusal,
            "findings": listed_findings(
                menu,
                sorted(publication.findings, key=lambda each: each.severity),
                origin=PUBLISH,
                places=places if may_open else {},
            ),
            "has_errors": publication.has_errors,
            "tests": tests,
            "failed": failed,
            "may_test": self.has_change_permission(request, menu),
            "is_blocked": publication.has_errors or bool(failed),
            "is_live_as_it_stands": is_live,
            "in_progress": calls_in_progress(menu.live_version),
            "sha256": publication.sha256,
            "may_see_steps": may_open,
            "seen": ",".join(sorted(comparison.marks)) if comparison else "",
            **plans_context(request, menu, sha256=publication.sha256, version=None),
            **comparison_context(
                comparison,
                urls=urls,
                seen=_seen(request) if refusal else None,
                foreign_prompts=publication.foreign_prompts,
            ),
        }
        status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
        return TemplateResponse(
            request, "admin/voicegather/menu_publish.html", context, status=status
        )


def _publish_or_plan(request: HttpRequest, menu: Menu, form: PlanForm) -> str:
    """Make live what the page showed, or plan it; what to tell about it. Raises MenuError."""
    note, publish_at = form.cleaned_data["note"], form.cleaned_data["publish_at"]
    sha256 = request.POST.get("sha256", "")
    if publish_at is not None or menu.requires_approval:
        wish = Wish(menu=menu, sha256=sha256, publish_at=publish_at, note=note)
        return plan_by_form(request, wish)
    version = publish_menu(
        menu=menu,
        author=request.user,  # type: ignore[arg-type]
        note=note,
        expected_sha256=sha256,
    )
    text = gettext("“%(menu)s” is live as version %(number)s.")
    return text % {"menu": menu, "number": version.number}


def first_line(error: MenuError) -> str:
    """What was refused; the page lists every reason itself."""
    return str(error).partition("\n")[0]


def _seen(request: HttpRequest) -> frozenset[str]:
    return frozenset(request.POST.get("seen", "").split(","))


def tests_of(menu: Menu, publication: Publication) -> Any:
    """How the menu's tests go, where they must pass; none where there are errors to mend first."""
    if not menu.requires_tests or publication.has_errors:
        return ()
    return run_tests(menu, document=publication.document)
