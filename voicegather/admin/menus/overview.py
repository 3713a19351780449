"""The page of a menu: how it stands, its diagram, its steps, what to mend; and it as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from voicegather.admin.calls.calling import PLACE, DraftCallingPage
from voicegather.admin.forms.row_forms import row_settings_of
from voicegather.admin.forms.setting_fields import PREFIX
from voicegather.admin.menus.drawing import Address, Lead, drawing_of, leads_of
from voicegather.admin.publishing.planned import plans_context
from voicegather.admin.steps.inserting import AFTER, NEXT_KIND, may_insert
from voicegather.admin.steps.returning import DIAGRAM, MENU, PICTURE, TRIAL, Origin
from voicegather.engine.config import settings_of
from voicegather.engine.kinds import all_kinds, kind_named
from voicegather.models import Menu, Step
from voicegather.selectors.menu_lists import beginning_of_today, calls_since
from voicegather.selectors.overviews import Overview, StepView, overview_of
from voicegather.services.menus import dump_menu
from voicegather.services.menus.findings import Finding, Severity
from voicegather.services.menus.inserting import can_lead_on
from voicegather.services.menus.places import place_label
from voicegather.services.wording import translated


@dataclass(frozen=True)
class Row:
    """A step in the table: what the diagram shows of it."""

    view: StepView
    url: str
    leads: list[Lead]


@dataclass(frozen=True)
class Mending:
    """A finding, the step and field it is of, and the address of the form to mend it in."""

    finding: Finding
    place: str
    field: str
    url: str

    @property
    def is_error(self) -> bool:
        return self.finding.severity is Severity.ERROR


class OverviewPage(DraftCallingPage):
    """For the admin of menus: what a menu's page shows above its form."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/file/", view(self.file_view), name="voicegather_menu_file"),
            path(
                "<path:object_id>/diagram/",
                view(self.diagram_view),
                name="voicegather_menu_diagram",
            ),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        menu = context.get("original")
        if menu is not None:
            context |= self.overview_context(request, menu, MENU)
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_GET)
    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The menu as a file to load elsewhere."""
        menu = self._menu(request, object_id)
        text = dump_menu(menu, reader=request.user)
        response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{menu.slug}.yaml"'
        return response

    @method_decorator(require_GET)
    def diagram_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The diagram alone, as large as the window."""
        menu = self._menu(request, object_id)
        if not may_see_steps(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": menu,
            "title": _("Diagram of “%s”") % menu,
            **self.overview_context(request, menu, DIAGRAM),
        }
        return TemplateResponse(request, "admin/voicegather/menu_diagram.html", context)

    def overview_context(self, request: HttpRequest, menu: Menu, origin: Origin) -> dict[str, Any]:
        """How the menu stands, with links by which the user comes back to `origin`."""
        overview = overview_of(menu)
        back = origin.query
        may_open = may_see_steps(request)
        steps = {view.step.pk: view.step for view in overview.steps}

        def address(step: Step) -> str:
            if not may_open:
                return ""
            return f"{reverse('admin:voicegather_step_change', args=[step.pk])}?{back}"

        picture = (PICTURE if origin is MENU else origin).query
        # Beside a test call the diagram shows where it stands; menus are built elsewhere.
        may_add = origin is not TRIAL and _may_add_steps(request)

        def adding(step: Step) -> str:
            if not (may_add and may_insert(request) and can_lead_on(step)):
                return ""
            query = urlencode({"kind": NEXT_KIND, AFTER: step.pk})
            return f"{_add_url(menu)}&{query}&{picture}"

        return {
            "overview": overview,
            **plans_context(request, menu, sha256=overview.sha256, version=None),
            "may_see_steps": may_open,
            "rows": [
                Row(view, address(view.step), leads_of(view.ways, steps, address))
                for view in overview.steps
            ],
            "shared_leads": leads_of(overview.shared, steps, address),
            "drawing": drawing_of(overview, steps, address, adding),
            "picture_additions": _additions(menu, picture) if may_add else [],
            "mendings": list(_mendings(overview, address)),
            "has_errors": any(each.severity is Severity.ERROR for each in overview.findings),
            "is_live_as_it_stands": bool(
                menu.live_version and menu.live_version.sha256 == overview.sha256
            ),
            "calls_today": calls_since(beginning_of_today(), [menu]).get(menu.pk, 0),
            "additions": _additions(menu, back) if may_add else [],
            "may_place": request.user.has_perm(PLACE),
            "may_see_versions": request.user.has_perm("voicegather.view_menuversion"),
        }

    def _menu(self, request: HttpRequest, object_id: str) -> Menu:
        """The menu; raises PermissionDenied, or Http404 where the user's teams have none such."""
        missing = _("There is no such menu.")
        menu: Menu = self.seen_object(request, object_id, missing=missing)
        return menu


def may_see_steps(request: HttpRequest) -> bool:
    """Whether the user may look at steps at all."""
    may = request.user.has_perm
    return may("voicegather.view_step") or may("voicegather.change_step")


def _may_add_steps(request: HttpRequest) -> bool:
    return request.user.has_perm("voicegather.add_step")


def _add_url(menu: Menu) -> str:
    return f"{reverse('admin:voicegather_step_add')}?{urlencode({'menu': menu.pk})}"


def _additions(menu: Menu, back: str) -> list[tuple[str, str]]:
    """The kinds of steps, each with the address of an empty form."""
    return [
        (translated(kind.label), f"{_add_url(menu)}&{urlencode({'kind': kind.name})}&{back}")
        for kind in all_kinds()
    ]


def _mendings(overview: Overview, address: Address) -> Any:
    for finding in overview.problems:
        yield Mending(
            finding, _("The menu"), place_label("", finding.field), f"#{anchor_of(finding, '')}"
        )
    for view in overview.steps:
        for finding in view.problems:
            url = address(view.step)
            yield Mending(
                finding,
                str(view.step),
                place_label(view.step.kind, finding.field),
                f"{url}#{anchor_of(finding, view.step.kind)}" if url else "",
            )


def anchor_of(finding: Finding, kind: str) -> str:
    """Where on the form the finding's field is."""
    name = finding.field.partition(".")[0]
    if name.startswith("choices"):
        index = name[len("choices[") : -1]
        return f"choices-{index}" if index.isdigit() else "choices-group"
    found = kind_named(kind)
    settings = settings_of(found.Settings) if found else {}
    if found and name in {each.name for each in row_settings_of(found.Settings)}:
        return f"rows-{name}-group"
    if name in settings:
        return f"id_{PREFIX}{name}"
    return f"id_{name}" if name else "content"
