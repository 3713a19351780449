"""Replacements of phrases: what each changed, who still hears the old words, and undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.publishing.many import publish_many_url
from voicegather.admin.publishing.page import PERMISSION
from voicegather.exceptions import VoicegatherError
from voicegather.models import Prompt, PromptReplacement, PromptVariant
from voicegather.selectors.teams import in_teams_of
from voicegather.selectors.words import still_speaking
from voicegather.services.menus.wording import Piece, compare_words
from voicegather.services.replacing import undo_replacement

VIEW, CHANGE = "voicegather.view_prompt", "voicegather.change_prompt"


@dataclass(frozen=True)
class ReplacedText:
    """One text of a replacement; `is_as_replaced` is whether nobody changed it since."""

    prompt: str
    language: str
    url: str
    pieces: tuple[Piece, ...]
    is_as_replaced: bool


@admin.register(PromptReplacement)
class PromptReplacementAdmin(ReadOnlyAdmin):
    """Who may see prompts sees the replacements in prompts of their teams."""

    empty_list = _("A replacement appears here when a phrase is replaced in prompts.")
    list_display = ("find", "replace_by", "count", "author", "created_at", "undone_at")
    list_display_links = ("find", "replace_by")
    list_select_related = ("author",)
    search_fields = ("find", "replace_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What was replaced in prompts that are gone, their teams with them, is its author's."""
        replacements = super().get_queryset(request)
        if request.user.is_superuser:
            return replacements
        own = in_teams_of(request.user, Prompt.objects.all())
        hidden = Prompt.objects.exclude(pk__in=own.values("pk"))
        replaced = PromptReplacement.prompts.through.objects.filter(
            promptreplacement=OuterRef("pk"), prompt__in=own
        )
        seen = Exists(replaced) | Q(author=request.user.pk)
        return replacements.exclude(prompts__in=hidden).filter(seen)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.undo_view)
        name = "voicegather_promptreplacement_undo"
        return [path("<int:object_id>/undo/", view, name=name), *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(VIEW) or request.user.has_perm(CHANGE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.display(description=_("texts"))
    def count(self, replacement: PromptReplacement) -> int:
        return len(replacement.rows)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What was replaced, and the live menus that still speak the old words."""
        if request.method == "POST":
            raise PermissionDenied
        replacement = self._replacement(request, object_id)
        variants = PromptVariant.objects.filter(pk__in=[r["variant"] for r in replacement.rows])
        found = {each.pk: each for each in in_teams_of(request.user, variants)}
        texts = {
            (row["prompt"], row["language"]): found[row["variant"]].text
            for row in replacement.rows
            if row["variant"] in found
        }
        speaking, hidden = still_speaking(request.user, texts)
        may_publish = request.user.has_perm(PERMISSION)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": replacement,
            "title": gettext("“%(find)s” replaced by “%(by)s”")
            % {"find": replacement.find, "by": replacement.replace_by},
            "texts": list(_texts(replacement, found)),
            "speaking": speaking,
            "hidden": hidden,
            "publish_url": publish_many_url(each.pk for each in speaking) if may_publish else "",
            "may_undo": request.user.has_perm(CHANGE),
        }
        return TemplateResponse(request, "admin/voicegather/prompt_replacement.html", context)

    @method_decorator(require_POST)
    def undo_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take the replacement back where nobody changed the words since."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        replacement = self._replacement(request, str(object_id))
        user: Any = request.user
        try:
            undone = undo_replacement(user, replacement)
        except VoicegatherError as refusal:
            messages.error(request, str(refusal))
        else:
            text = ngettext(
                "%(count)s text is as it was.", "%(count)s texts are as they were.", undone.restored
            )
            messages.success(request, text % {"count": undone.restored})
            if undone.left:
                text = gettext("Left as they are, for they were changed since: %(texts)s.")
                messages.warning(request, text % {"texts": ", ".join(undone.left)})
        url = reverse("admin:voicegather_promptreplacement_change", args=[replacement.pk])
        return HttpResponseRedirect(url)

    def _replacement(self, request: HttpRequest, object_id: str) -> PromptReplacement:
        missing = gettext("There is no such replacement.")
        found: PromptReplacement = self.seen_object(request, object_id, missing=missing)
        return found


def _texts(replacement: PromptReplacement, found: dict[int, PromptVariant]) -> Any:
    expected = "before" if replacement.undone_at else "after"
    for row in replacement.rows:
        variant = found.get(row["variant"])
        if variant is None:
            yield ReplacedText(row["prompt"], row["language"], "", (), is_as_replaced=False)
            continue
        yield ReplacedText(
            row["prompt"],
            row["language"],
            reverse("admin:voicegather_prompt_change", args=[variant.prompt_id]),
            compare_words(row["before"], row["after"]),
            is_as_replaced=variant.text == row[expected],
        )
