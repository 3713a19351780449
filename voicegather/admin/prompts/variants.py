"""Prompts in one language: on the page of their prompt, and on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin, PartOfAnother
from voicegather.admin.forms.uploads import BoundedUploads
from voicegather.admin.prompts.audio import attach_sounds
from voicegather.admin.prompts.page import live_context, tell_of_live_menus
from voicegather.admin.prompts.variant_forms import (
    VARIANT_FIELDS,
    PromptVariantForm,
    variant_form_of,
)
from voicegather.admin.teams import in_own_teams
from voicegather.models import Prompt, PromptVariant
from voicegather.selectors.languages import languages_used
from voicegather.selectors.prompt_words import vocabulary_of

#: Of an id that databases know.
MOST_DIGITS = 19


class PromptVariantFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    def get_queryset(self) -> QuerySet[PromptVariant]:
        is_read = hasattr(self, "_queryset")
        variants: QuerySet[PromptVariant] = super().get_queryset()
        if not is_read:
            attach_sounds(list(variants))
            for each in variants:
                each.prompt = self.instance
        return variants

    def clean(self) -> None:
        """Rows are stored one by one: none may take a language that another still has."""
        super().clean()
        kept = {
            form.initial.get("language"): form.instance.pk
            for form in self.initial_forms
            if form not in self.deleted_forms
        }
        for form in self.forms:
            language = getattr(form, "cleaned_data", {}).get("language")
            if (
                form in self.deleted_forms
                or kept.get(language, form.instance.pk) == form.instance.pk
            ):
                continue
            form.add_error("language", gettext("There is a variant of this language already."))


def form_for(request: HttpRequest, prompt: Prompt | None) -> type[PromptVariantForm]:
    """The form of the prompt's variants; what it offers is asked for once a request."""
    made: dict[str, type[PromptVariantForm]]
    made = request.__dict__.setdefault("voicegather_variant_forms", {})
    key = prompt.key if prompt and prompt.pk else ""
    if key not in made:
        vocabulary = vocabulary_of(key, reader=request.user)
        made[key] = variant_form_of(vocabulary, languages_used(request.user))
    return made[key]


class PromptVariantInline(admin.StackedInline):  # type: ignore[type-arg]
    model = PromptVariant
    form = PromptVariantForm
    formset = PromptVariantFormSet
    verbose_name = _("language")
    verbose_name_plural = _("languages")
    fieldsets = ((None, {"fields": VARIANT_FIELDS}),)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A new prompt has its first words at once; others have a button, or a link to add one."""
        return 1 if obj is None else 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        kwargs["form"] = form_for(request, obj)
        return super().get_formset(request, obj, **kwargs)


@admin.register(PromptVariant)
class PromptVariantAdmin(PartOfAnother, BoundedUploads, BaseAdmin):
    form = PromptVariantForm
    change_form_template = "admin/voicegather/variant_change_form.html"
    list_display = ("prompt", "language", "kind", "voice", "text_begins", "updated_at")
    list_filter = ("language", "kind")
    list_select_related = ("prompt",)
    search_fields = ("prompt__key", "prompt__name", "text")
    autocomplete_fields = ("prompt",)
    fieldsets = ((None, {"fields": ("prompt", *VARIANT_FIELDS)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Words stay in their prompt."""
        return ("prompt",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        prompt = _prompt_asked_for(request)
        return {**initial, "prompt": prompt.pk if prompt else None}

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        prompt = obj.prompt if obj else _prompt_asked_for(request)
        if self.has_change_permission(request, obj) or obj is None:
            kwargs["form"] = form_for(request, prompt)
        return super().get_form(request, obj, change, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        variant = context.get("original")
        prompt = variant.prompt if variant else _prompt_asked_for(request)
        if prompt is not None:
            others = prompt.variants.all()
            context |= {"prompt": prompt, **live_context(request, prompt)}
            context["others"] = [each for each in others if not variant or each.pk != variant.pk]
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        tell_of_live_menus(request, obj.prompt)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        tell_of_live_menus(request, obj.prompt)
        return super().response_change(request, obj)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._back(request, obj) or super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._back(request, obj) or super().response_post_save_change(request, obj)

    def _back(self, request: HttpRequest, variant: PromptVariant) -> HttpResponseRedirect | None:
        """Words are one of a prompt's languages: saving leads to the grid, or to the prompt."""
        if not self.admin_site._registry[Prompt].has_view_permission(request):
            return None
        if request.GET.get("from") == "grid":
            return HttpResponseRedirect(reverse("admin:voicegather_prompt_changelist"))
        page = reverse("admin:voicegather_prompt_change", args=[variant.prompt_id])
        return HttpResponseRedirect(page)

    @admin.display(description=_("text"))
    def text_begins(self, variant: PromptVariant) -> str:
        return variant.text if len(variant.text) <= 60 else f"{variant.text[:60]}…"


def _prompt_asked_for(request: HttpRequest) -> Prompt | None:
    """The prompt that a new variant is for: posted, or in the address; None if not the user's."""
    asked = request.POST.get("prompt") or request.GET.get("prompt") or ""
    if not (asked.isascii() and asked.isdigit() and len(asked) < MOST_DIGITS):
        return None
    found: Prompt | None = in_own_teams(request, Prompt.objects.filter(pk=asked)).first()
    return found
