"""The page on which words are looked for in all prompts, and replaced in those that are ticked."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.base import BaseAdmin
from voicegather.admin.menus.overview import may_see_steps
from voicegather.admin.publishing.many import ids_in
from voicegather.exceptions import VoicegatherError
from voicegather.models import PromptVariant
from voicegather.selectors.languages import languages_used
from voicegather.selectors.speaking import Speakers, speakers_of
from voicegather.selectors.words import (
    Excerpt,
    FoundSetting,
    excerpts_of,
    settings_with,
    variants_with,
)
from voicegather.services.menus.wording import Part, Piece, compare_words
from voicegather.services.replacing import Phrase, Proposal, propose, replace_phrase

#: Texts on one page; a replacement has at most as many.
MOST_TEXTS = 200
MOST_SETTINGS = 50
LONGEST_PHRASE = 500
NO_SPEAKERS = Speakers()


class WordsForm(forms.Form):
    """What to look for, and what to replace it by."""

    q = forms.CharField(label=gettext_lazy("Find"), max_length=LONGEST_PHRASE)
    whole = forms.BooleanField(label=gettext_lazy("Whole words only"), required=False)
    case = forms.BooleanField(label=gettext_lazy("Upper and lower case as typed"), required=False)
    language = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all."),
    )
    by = forms.CharField(
        label=gettext_lazy("Replace by"),
        max_length=LONGEST_PHRASE,
        required=False,
        strip=False,
        help_text=gettext_lazy("Empty: the words are taken out."),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages: Any = self.fields["language"]
        languages.choices = [(each, each) for each in languages_used(request.user)]

    @property
    def phrase(self) -> Phrase:
        found = self.cleaned_data
        return Phrase(found["q"], whole_words=found["whole"], match_case=found["case"])


@dataclass(frozen=True)
class Hit:
    """A variant that holds the phrase, with who speaks it, and what would become of it."""

    variant: PromptVariant
    excerpts: tuple[Excerpt, ...]
    speakers: Speakers
    proposal: Proposal | None = None
    is_ticked: bool = True

    @property
    def pieces(self) -> tuple[Piece, ...]:
        found = self.proposal
        return compare_words(found.before, found.after) if found else ()

    @property
    def old(self) -> list[Piece]:
        """What is there now, reading from left to right."""
        return [each for each in self.pieces if each.part is not Part.ADDED]

    @property
    def new(self) -> list[Piece]:
        return [each for each in self.pieces if each.part is not Part.REMOVED]


class WordsPage(BaseAdmin):
    """For the admin of prompts."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.words_view)
        return [path("words/", view, name="voicegather_prompt_words"), *super().get_urls()]

    def words_view(self, request: HttpRequest) -> HttpResponse:
        """Where words stand; with `by`, what replacing them would make; a POST replaces."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_replace = self.has_change_permission(request)
        given = request.POST if request.method == "POST" else request.GET
        form = WordsForm(request, given if "q" in given else None)
        if not form.is_valid():
            status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
            return self._words_page(request, form, {"may_replace": may_replace}, status)
        is_replacing = may_replace and "preview" in given
        refusal = ""
        if request.method == "POST":
            if not may_replace:
                raise PermissionDenied
            try:
                return self._replace(request, form)
            except VoicegatherError as error:
                refusal = str(error)
        context = {
            "may_replace": may_replace,
            "is_replacing": is_replacing,
            "refusal": refusal,
            **self._found(request, form, is_replacing=is_replacing),
        }
        status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
        return self._words_page(request, form, context, status)

    def _replace(self, request: HttpRequest, form: WordsForm) -> HttpResponse:
        ticked = ids_in(request.POST.getlist("variant"))[:MOST_TEXTS]
        seen = {pk: request.POST.get(f"mark-{pk}", "") for pk in ticked}
        user: Any = request.user
        made = replace_phrase(user, form.phrase, form.cleaned_data["by"], seen=seen)
        url = reverse("admin:voicegather_promptreplacement_change", args=[made.pk])
        return HttpResponseRedirect(url)

    def _found(
        self, request: HttpRequest, form: WordsForm, *, is_replacing: bool
    ) -> dict[str, Any]:
        phrase = form.phrase
        languages = form.cleaned_data["language"]
        found = variants_with(request.user, phrase, languages=languages, most=MOST_TEXTS)
        keys = {each.prompt.key for each in found.variants}
        speakers = speakers_of(request.user, keys)
        proposals: dict[int, Proposal] = {}
        if is_replacing:
            proposed = propose(found.variants, phrase, form.cleaned_data["by"])
            proposals = {each.variant.pk: each for each in proposed}
        ticked = set(ids_in(request.POST.getlist("variant")))
        hits = [
            Hit(
                each,
                excerpts_of(each.text, phrase, kind=each.kind),
                speakers.get(each.prompt.key, NO_SPEAKERS),
                proposals.get(each.pk),
                is_ticked=request.method != "POST" or each.pk in ticked,
            )
            for each in found.variants
            if not is_replacing or each.pk in proposals
        ]
        settings: tuple[FoundSetting, ...] = ()
        if may_see_steps(request) and not is_replacing:
            settings = settings_with(request.user, phrase, most=MOST_SETTINGS)
        return {
            "hits": hits,
            "total": found.total,
            "menus": len({menu.menu for hit in hits for menu in hit.speakers.menus}),
            "left_over": found.total - len(found.variants),
            "settings": settings,
            "wanted": form.cleaned_data,
        }

    def _words_page(
        self,
        request: HttpRequest,
        form: WordsForm,
        context: dict[str, Any],
        status: HTTPStatus,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Words in all prompts"),
            "form": form,
            "may_open_menus": request.user.has_perm("voicegather.view_menu")
            or request.user.has_perm("voicegather.change_menu"),
            **context,
        }
        return TemplateResponse(
            request, "admin/voicegather/prompt_words.html", context, status=status
        )
