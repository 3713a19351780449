"""What can be done with a version: compared with another one, and published once more."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.publishing.comparing import comparison_context
from voicegather.admin.publishing.page import PERMISSION, first_line
from voicegather.admin.publishing.planned import plans_context
from voicegather.admin.publishing.planning import PlanForm, plan_by_form
from voicegather.exceptions import MenuError
from voicegather.models import MenuVersion
from voicegather.selectors.publications import (
    calls_in_progress,
    comparison_of,
    publication_of_version,
)
from voicegather.services.menus import republish_version
from voicegather.services.menus.plans import Wish

#: Versions to choose from, the newest.
MOST_OFFERED = 200


class VersionPage(ReadOnlyAdmin):
    """For the admin of versions: its buttons, and the pages behind them."""

    change_form_template = "admin/voicegather/menu_version_change_form.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "voicegather_menuversion"
        own = [
            path("<path:object_id>/compare/", view(self.compare_view), name=f"{name}_compare"),
            path("<path:object_id>/publish/", view(self.publish_view), name=f"{name}_publish"),
        ]
        return [*own, *super().get_urls()]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "may_publish": self.has_publish_permission(request)}
        return super().change_view(request, object_id, form_url, context)

    @method_decorator(require_GET)
    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What differs in this version from the one that `with` names, else from the live one."""
        version = self._version(request, object_id)
        other = _other_version(version, request.GET.get("with", ""))
        context = {
            "title": _("Compare “%s”") % version,
            "other": other,
            "offered": version.menu.versions.exclude(pk=version.pk).defer("document")[
                :MOST_OFFERED
            ],
            "may_publish": self.has_publish_permission(request) and not _is_live(version),
            **comparison_context(comparison_of(other, version.document)),
        }
        template = "admin/voicegather/menu_version_compare.html"
        return self._page(request, version, template, context, HTTPStatus.OK)

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What would change for callers if this version were live again; a POST makes it live."""
        version = self._version(request, object_id)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        form = PlanForm(request.POST if request.method == "POST" else None)
        refusal = ""
        if form.is_valid():
            try:
                messages.success(request, _publish_or_plan(request, version, form))
            except MenuError as error:
                refusal = first_line(error)
            else:
                return HttpResponseRedirect(_list_of(version))
        # Another version may be live by now than the one that was read above.
        version.menu.refresh_from_db(fields=["live_version"])
        publication = publication_of_version(version)
        live = version.menu.live_version
        context = {
            "title": _("Publish “%s” again") % version,
            "form": form,
            "refusal": refusal,
            "findings": sorted(publication.findings, key=lambda each: each.severity),
            "is_blocked": publication.has_errors,
            "is_live": _is_live(version),
            "live": live,
            **plans_context(request, version.menu, sha256=version.sha256, version=version.pk),
            "in_progress": calls_in_progress(live),
            **comparison_context(publication.comparison),
        }
        template = "admin/voicegather/menu_version_publish.html"
        status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
        return self._page(request, version, template, context, status)

    def _version(self, request: HttpRequest, object_id: str) -> MenuVersion:
        """The version; raises PermissionDenied, or Http404 where the user's teams have none."""
        missing = _("There is no such version.")
        version: MenuVersion = self.seen_object(request, object_id, missing=missing)
        return version

    def _page(
        self,
        request: HttpRequest,
        version: MenuVersion,
        template: str,
        context: dict[str, Any],
        status: HTTPStatus,
    ) -> HttpResponse:
        common = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": version,
            "list_url": _list_of(version),
        }
        return TemplateResponse(request, template, {**common, **context}, status=status)


def _publish_or_plan(request: HttpRequest, version: MenuVersion, form: PlanForm) -> str:
    """Make the version live, or plan it; what to tell about it. Raises MenuError."""
    note, publish_at = form.cleaned_data["note"], form.cleaned_data["publish_at"]
    expected_live = _posted_id(request)
    if publish_at is not None or version.menu.requires_approval:
        wish = Wish(
            menu=version.menu,
            sha256=version.sha256,
            version=version,
            expected_live=expected_live,
            publish_at=publish_at,
            note=note,
        )
        return plan_by_form(request, wish)
    republish_version(
        version=version,
        author=request.user,  # type: ignore[arg-type]
        note=note,
        expected_live=expected_live,
    )
    text = _("Version %(number)s of “%(menu)s” is live again; the draft is as it was.")
    return text % {"menu": version.menu, "number": version.number}


def _is_live(version: MenuVersion) -> bool:
    return version.menu.live_version_id == version.pk


def _other_version(version: MenuVersion, asked: str) -> MenuVersion | None:
    """The version to compare with: the one asked for, the live one, or the one before it.

    Raises Http404 where the menu has no such version. None is what came before the first.
    """
    if asked:
        found = version.menu.versions.filter(pk=asked).first() if _is_id(asked) else None
        if found is None:
            raise Http404(_("There is no such version."))
        return found
    if _is_live(version) or version.menu.live_version is None:
        earlier = version.menu.versions.filter(number__lt=version.number)
        return earlier.order_by("-number").first()
    return version.menu.live_version


def _posted_id(request: HttpRequest) -> int:
    """The id of the version that the page showed as live; 0, which none has, if it is no id."""
    text = request.POST.get("live", "")
    return int(text) if _is_id(text) else 0


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _list_of(version: MenuVersion) -> str:
    url = reverse("admin:voicegather_menuversion_changelist")
    return f"{url}?menu__id__exact={version.menu_id}"
