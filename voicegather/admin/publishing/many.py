"""The page on which several menus are published at once: what each would change, and one button.

Its address is ``menu/publish/?menus=3,7,12``; :func:`publish_many_url` makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from voicegather.admin.menus.findings import listed_findings, places_of_menus
from voicegather.admin.menus.overview import may_see_steps
from voicegather.admin.publishing.comparing import comparison_context
from voicegather.admin.publishing.page import PublishPage, tests_of
from voicegather.admin.publishing.planning import NoteForm
from voicegather.admin.steps.choices import MOST_DIGITS
from voicegather.models import Menu
from voicegather.selectors.publications import Publication, publications_of
from voicegather.services.menus.publishing_many import PublishingOutcome, publish_menus

#: Menus on one page: each is compiled, linted and tested before anybody sees it.
MOST_MENUS = 50
#: Reasons shown of one menu that was refused; its own page has them all.
MOST_REASONS = 5


@dataclass(frozen=True)
class Candidate:
    """A menu that could be published, as the page shows it."""

    menu: Menu
    publication: Publication
    findings: list[dict[str, Any]]
    comparison: dict[str, Any]
    tests: Sequence[Any]

    @property
    def is_live_as_it_stands(self) -> bool:
        live = self.menu.live_version
        return bool(live and live.sha256 == self.publication.sha256)

    @property
    def failed_tests(self) -> int:
        return sum(not run.has_passed for run in self.tests)

    @property
    def is_blocked(self) -> bool:
        return self.publication.has_errors or bool(self.failed_tests)

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [each for each in self.findings if each["severity"] == "error"]

    @property
    def warnings(self) -> list[dict[str, Any]]:
        return [each for each in self.findings if each["severity"] != "error"]


class PublishManyPage(PublishPage):
    """For the admin of menus: the menus chosen in a list, or all that a prompt concerns."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.publish_many_view)
        own = path("publish/", view, name="voicegather_menu_publish_many")
        return [own, *super().get_urls()]

    def publish_many_view(self, request: HttpRequest) -> HttpResponse:
        """What would go live of each menu; a POST publishes those that were ticked."""
        if not (self.has_publish_permission(request) and self.has_view_permission(request)):
            raise PermissionDenied
        asked = ids_in(request.GET.get("menus", "").split(","))
        menus = list(self.get_queryset(request).filter(pk__in=asked).order_by("name", "pk"))
        is_post = request.method == "POST"
        form = NoteForm(request.POST if is_post else None)
        outcomes: tuple[PublishingOutcome, ...] = ()
        ticked = set(ids_in(request.POST.getlist("menu"))) if is_post else set()
        chosen = [menu for menu in menus if menu.pk in ticked][:MOST_MENUS]
        if chosen and form.is_valid():
            outcomes = publish_menus(
                chosen,
                expected={menu.pk: request.POST.get(f"sha256-{menu.pk}", "") for menu in chosen},
                author=request.user,  # type: ignore[arg-type]
                note=form.cleaned_data["note"],
            )
            form = NoteForm(initial={"note": form.cleaned_data["note"]})
        done = {each.menu.pk for each in outcomes if each.refusal is None}
        left = [menu for menu in menus if menu.pk not in done]
        unticked = {menu.pk for menu in left[:MOST_MENUS]} - ticked if is_post else set()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Publish several menus"),
            "form": form,
            "outcomes": outcomes,
            "published": sum(each.version is not None for each in outcomes),
            "asked": sum(each.plan is not None for each in outcomes),
            "refused": sum(each.refusal is not None for each in outcomes),
            "most_reasons": f":{MOST_REASONS}",
            "nothing_ticked": is_post and not chosen,
            "candidates": self._candidates(request, left[:MOST_MENUS]),
            "unticked": unticked,
            "left_over": max(0, len(left) - MOST_MENUS),
            "missing": len(asked) - len(menus),
            "may_see_steps": may_see_steps(request),
        }
        return TemplateResponse(request, "admin/voicegather/menu_publish_many.html", context)

    def _candidates(self, request: HttpRequest, menus: Sequence[Menu]) -> list[Candidate]:
        publications = publications_of(menus)
        places = places_of_menus(menus) if may_see_steps(request) else {}
        return [_candidate(menu, publications[menu.pk], places.get(menu.pk, {})) for menu in menus]


def publish_many_url(menus: Iterable[int]) -> str:
    """The address of the page for the menus with these ids."""
    listed = ",".join(map(str, sorted(set(menus))))
    return f"{reverse('admin:voicegather_menu_publish_many')}?{urlencode({'menus': listed})}"


def ids_in(texts: Iterable[str]) -> list[int]:
    """The ids among texts from an address or a form, each once; whatever is none is left out."""
    found = (each.strip() for each in texts)
    return list(
        dict.fromkeys(
            int(each)
            for each in found
            if each.isascii() and each.isdigit() and len(each) < MOST_DIGITS
        )
    )


def _candidate(menu: Menu, publication: Publication, places: Any) -> Candidate:
    return Candidate(
        menu=menu,
        publication=publication,
        findings=listed_findings(menu, publication.findings, places=places),
        comparison=comparison_context(
            publication.comparison, foreign_prompts=publication.foreign_prompts
        ),
        tests=tests_of(menu, publication),
    )
