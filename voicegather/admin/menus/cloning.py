"""The page on which a menu is made from another one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.menus.archiving import ArchivePage
from voicegather.admin.menus.overview import may_see_steps
from voicegather.models import Menu
from voicegather.services.inputs import InputError
from voicegather.services.menus.cloning import PromptCopying, clone_menu, free_slug


class CloneForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the clone is called, and whose prompts it speaks."""

    prompts = forms.ChoiceField(
        label=gettext_lazy("Prompts"),
        widget=forms.RadioSelect,
        initial=PromptCopying.SHARED,
        choices=[
            (PromptCopying.SHARED.value, gettext_lazy("The same: a change is heard in both")),
            (PromptCopying.COPIED.value, gettext_lazy("Copies of its own")),
        ],
    )

    class Meta:
        model = Menu
        fields = ("name", "slug")

    def __init__(self, *args: Any, may_copy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_copy:
            field: Any = self.fields["prompts"]
            field.choices = field.choices[:1]

    def blame(self, refusal: InputError) -> None:
        """Say each problem at its field."""
        for problem in refusal.problems:
            name = str(problem.path[0]) if problem.path else ""
            self.add_error(name if name in self.fields else None, problem.message)


class ClonePage(ArchivePage):
    """For the admin of menus."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.clone_view)
        own = path("<path:object_id>/clone/", view, name="voicegather_menu_clone")
        return [own, *super().get_urls()]

    def may_clone(self, request: HttpRequest) -> bool:
        """Whether the user may make a menu, and see what it would be made of."""
        return self.has_add_permission(request) and may_see_steps(request)

    def clone_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Name the clone; a POST makes it."""
        menu = self._menu(request, object_id)
        if not self.may_clone(request):
            raise PermissionDenied
        may_copy = request.user.has_perm("voicegather.add_prompt")
        posted = request.POST if request.method == "POST" else None
        name = _("%s (copy)") % menu.name
        initial = {"name": name[: Menu._meta.get_field("name").max_length], "slug": ""}
        if posted is None:
            initial["slug"] = free_slug(menu.slug)
        form = CloneForm(posted, initial=initial, may_copy=may_copy)
        if form.is_valid():
            wanted = form.cleaned_data
            try:
                clone = clone_menu(
                    menu,
                    name=wanted["name"],
                    slug=wanted["slug"],
                    prompts=PromptCopying(wanted["prompts"]),
                    author=request.user,  # type: ignore[arg-type]
                )
            except InputError as refusal:
                form.blame(refusal)
            else:
                text = _("“%(clone)s” is made from “%(menu)s”. It is not published yet.")
                messages.success(request, text % {"clone": clone, "menu": menu})
                url = reverse("admin:voicegather_menu_change", args=[clone.pk])
                return HttpResponseRedirect(url)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": menu,
            "title": _("Clone “%s”") % menu,
            "form": form,
            "steps": menu.steps.count(),
            "tests": menu.tests.count(),
        }
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        return TemplateResponse(
            request, "admin/voicegather/menu_clone.html", context, status=status
        )

    @admin.action(permissions=["add"], description=gettext_lazy("Clone the selected menu…"))
    def clone(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Lead to the page that clones the one menu that is selected."""
        chosen = list(queryset.values_list("pk", flat=True)[:2])
        if len(chosen) == 1:
            return HttpResponseRedirect(reverse("admin:voicegather_menu_clone", args=chosen))
        messages.error(request, _("Select one menu to clone."))
        return None
