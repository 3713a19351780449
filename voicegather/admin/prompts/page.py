"""The page of a prompt: where it is used, what callers still hear, and that used ones stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from voicegather.admin.base import BaseAdmin
from voicegather.admin.menus.overview import may_see_steps
from voicegather.admin.publishing.many import publish_many_url
from voicegather.admin.publishing.page import PERMISSION
from voicegather.models import Prompt
from voicegather.selectors.prompt_publications import Speakers, speakers_of
from voicegather.selectors.prompt_uses import Use, VisibleUses, visible_uses
from voicegather.services.prompts import PromptInUseError, delete_prompt

NO_USES = VisibleUses((), 0)


@dataclass(frozen=True)
class UsingMenu:
    """A menu with its steps that name the prompt; "" are addresses that the user may not open."""

    name: str
    url: str
    is_archived: bool
    steps: tuple[tuple[str, str], ...]


class PromptPage(BaseAdmin):
    """For the admin of prompts."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        prompt = context.get("original")
        if prompt is not None:
            uses = visible_uses(request.user, [prompt]).get(prompt.key, NO_USES)
            context |= {
                "uses": list(_by_menu(request, uses.uses)),
                "hidden_uses": uses.hidden,
                "is_used": bool(uses),
                "missing": _missing(request, prompt, uses.uses),
                **live_context(request, prompt),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        tell_of_live_menus(request, obj)
        return super().response_change(request, obj)

    # ---- deleting -------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """As Django's; the steps that name a prompt are in the way of deleting it."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        prompts = list(objs)
        uses = visible_uses(request.user, prompts)
        ways = [
            way
            for prompt in prompts
            for way in _in_the_way(request, prompt, uses.get(prompt.key, NO_USES))
        ]
        return deleted, counts, lacking, [*protected, *ways]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except PromptInUseError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(request.get_full_path())

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The service notes it itself."""

    def delete_model(self, request: HttpRequest, obj: Prompt) -> None:
        delete_prompt(obj, author=request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Prompt]) -> None:
        """All that were selected, or none where one came into use meanwhile."""
        try:
            with transaction.atomic():
                for prompt in queryset:
                    delete_prompt(prompt, author=request.user)  # type: ignore[arg-type]
        except PromptInUseError as problem:
            messages.error(request, str(problem))


def live_context(request: HttpRequest, prompt: Prompt) -> dict[str, Any]:
    """What the include of live menus takes."""
    speakers = speakers_of(prompt, request.user)
    return {
        "speakers": speakers,
        "menu_names_link": request.user.has_perm("voicegather.view_menu"),
        "publish_url": publish_url(request, speakers),
    }


def publish_url(request: HttpRequest, speakers: Speakers) -> str:
    """Where the user publishes the menus whose callers hear other words; "" where they may not."""
    may = request.user.has_perm(PERMISSION) and _may_view_menus(request)
    return publish_many_url(each.menu for each in speakers.behind) if may else ""


def tell_of_live_menus(request: HttpRequest, prompt: Prompt) -> None:
    """After a change: which live menus still speak the old words, with the way to mend that."""
    # What the request read before is not what stands there now.
    prompt = Prompt.objects.get(pk=prompt.pk)
    speakers = speakers_of(prompt, request.user)
    count = len(speakers.behind) + speakers.hidden_behind
    if not count:
        return
    text = ngettext(
        "%d live menu still speaks the old words.",
        "%d live menus still speak the old words.",
        count,
    )
    url = publish_url(request, speakers) if speakers.behind else ""
    link = format_html(' <a href="{}">{}</a>', url, gettext("Publish…")) if url else ""
    messages.warning(request, format_html("{}{}", text % count, link))


def add_url(prompt: Prompt, language: str) -> str:
    """The form of a new language of the prompt."""
    query = urlencode({"prompt": prompt.pk, "language": language})
    return f"{reverse('admin:voicegather_promptvariant_add')}?{query}"


def _missing(request: HttpRequest, prompt: Prompt, uses: tuple[Use, ...]) -> list[tuple[str, str]]:
    """The languages of its menus that the prompt lacks, with the addresses to add them."""
    there = {each.language for each in prompt.variants.all()}
    wanted = dict.fromkeys(language for use in uses for language in use.languages)
    may_add = request.user.has_perm("voicegather.add_promptvariant")
    return [
        (each, add_url(prompt, each) if may_add else "") for each in wanted if each not in there
    ]


def _by_menu(request: HttpRequest, uses: tuple[Use, ...]) -> Iterator[UsingMenu]:
    may_view_menus, may_view_steps = _may_view_menus(request), may_see_steps(request)
    menus: dict[tuple[int, str, bool], dict[int, str]] = {}
    for each in uses:
        menu = each.menu, each.menu_name, each.is_archived
        menus.setdefault(menu, {})[each.step] = each.step_name
    for (pk, name, is_archived), steps in menus.items():
        url = reverse("admin:voicegather_menu_change", args=[pk]) if may_view_menus else ""
        yield UsingMenu(name, url, is_archived, tuple(_steps(steps, may_view_steps)))


def _steps(steps: dict[int, str], may_view: bool) -> Iterator[tuple[str, str]]:
    for pk, name in steps.items():
        yield name, reverse("admin:voicegather_step_change", args=[pk]) if may_view else ""


def _in_the_way(request: HttpRequest, prompt: Prompt, uses: VisibleUses) -> Iterator[SafeString]:
    for menu in _by_menu(request, uses.uses):
        for name, url in menu.steps:
            text = gettext("“%(prompt)s” is used by step “%(step)s” of “%(menu)s”") % {
                "prompt": prompt,
                "step": name,
                "menu": menu.name,
            }
            yield format_html('<a href="{}">{}</a>', url, text) if url else format_html("{}", text)
    if uses.hidden:
        text = ngettext(
            "“%(prompt)s” is used by %(count)d menu of another team",
            "“%(prompt)s” is used by %(count)d menus of other teams",
            uses.hidden,
        )
        yield format_html("{}", text % {"prompt": prompt, "count": uses.hidden})


def _may_view_menus(request: HttpRequest) -> bool:
    may = request.user.has_perm
    return may("voicegather.view_menu") or may("voicegather.change_menu")
