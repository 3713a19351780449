"""The page on which a menu file is loaded: its problems by line, what it would change, and undo."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from voicegather.admin.menus.load_forms import LoadForm, located_problems
from voicegather.admin.publishing.comparing import comparison_context
from voicegather.admin.publishing.many import PublishManyPage
from voicegather.exceptions import VoicegatherError
from voicegather.models import Menu
from voicegather.selectors.speaking import speakers_of
from voicegather.services.inputs import InputError
from voicegather.services.menus.errors import LoadChangedError, MenuFileError
from voicegather.services.menus.findings import Severity
from voicegather.services.menus.loading import LoadedMenu
from voicegather.services.menus.loading_previewed import (
    LoadPreview,
    load_previewed,
    preview_load,
)

_SALT = "voicegather.menu.load"


class LoadPage(PublishManyPage):
    """For the admin of menus: nothing is loaded that its loader did not see."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.load_view)
        return [path("load/", view, name="voicegather_menu_load"), *super().get_urls()]

    def may_load(self, request: HttpRequest) -> bool:
        """Whether the user may load any file: the service judges each."""
        return self.has_add_permission(request) or self.has_change_permission(request)

    def load_view(self, request: HttpRequest) -> HttpResponse:
        """A file to choose or paste; a POST shows what it would change, a second one loads it."""
        if not self.may_load(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._load_page(request, LoadForm(), {})
        form = LoadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._load_page(request, form, {}, HTTPStatus.BAD_REQUEST)
        text = form.cleaned_data["text"]
        context: dict[str, Any] = {}
        try:
            if request.POST.get("act") == "load":
                return self._load(request, text)
        except LoadChangedError as refusal:
            context["refusal"] = str(refusal).partition("\n")[0]
        except _OtherTextError:
            context["refusal"] = _(
                "The text is not the one that was shown, so nothing was loaded: this is what it "
                "would change."
            )
        except _REFUSALS as refusal:
            return self._refused(request, form, refusal)
        try:
            preview = preview_load(request.user, text=text)  # type: ignore[arg-type]
        except _REFUSALS as refusal:
            return self._refused(request, form, refusal)
        context |= self._preview_context(request, preview, text)
        status = HTTPStatus.CONFLICT if "refusal" in context else HTTPStatus.OK
        return self._load_page(request, form.shown(), context, status)

    def _load(self, request: HttpRequest, text: str) -> HttpResponse:
        """Load what was previewed, and offer how it was before."""
        seen = _seen(request, text)
        user: Any = request.user
        done = load_previewed(user, text=text, seen=seen)
        context = {
            "loaded": done.loaded,
            "told": told_of(done.loaded),
            "before": done.before,
            "title": _("Loaded"),
        }
        return self._load_page(request, LoadForm(initial={"text": done.before}), context)

    def _refused(self, request: HttpRequest, form: LoadForm, refusal: Exception) -> HttpResponse:
        text = form.cleaned_data["text"]
        context: dict[str, Any] = {"problems": []}
        status = HTTPStatus.BAD_REQUEST
        if isinstance(refusal, MenuFileError):
            context["problems"] = located_problems(refusal.found, text)
        elif isinstance(refusal, InputError):
            context["refusal"] = " ".join(problem.message for problem in refusal.problems)
        else:
            context["refusal"] = str(refusal).partition("\n")[0]
        if isinstance(refusal, PermissionDenied):
            status = HTTPStatus.FORBIDDEN
        return self._load_page(request, form.shown(), context, status)

    def _preview_context(
        self, request: HttpRequest, preview: LoadPreview, text: str
    ) -> dict[str, Any]:
        errors = [each for each in preview.findings if each.severity is Severity.ERROR]
        written = preview.loaded.prompts_written
        return {
            "preview": preview,
            "token": _token(request, text, preview.seen),
            "errors": errors,
            "is_as_it_stands": not preview.loaded.changed,
            "only_order": preview.loaded.changed and not preview.comparison,
            "shared": list(self._shared(request, preview.slug, written)),
            "title": _("Load “%s”") % preview.name,
            **comparison_context(preview.comparison),
        }

    def _shared(self, request: HttpRequest, slug: str, keys: tuple[str, ...]) -> Any:
        """The prompts that change with the file and that other menus speak, too."""
        own = set(Menu.objects.filter(slug=slug).values_list("pk", flat=True))
        for key, speakers in speakers_of(request.user, keys).items():
            others = [each for each in speakers.menus if each.menu not in own]
            if others or speakers.hidden:
                yield {"key": key, "menus": others, "hidden": speakers.hidden}

    def _load_page(
        self,
        request: HttpRequest,
        form: LoadForm,
        context: dict[str, Any],
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Load a menu from a file"),
            "form": form,
            "may_publish": self.has_publish_permission(request),
            **context,
        }
        return TemplateResponse(request, "admin/voicegather/menu_load.html", context, status=status)


class _OtherTextError(VoicegatherError):
    """What came is not what was shown to who sent it."""


_REFUSALS = (MenuFileError, InputError, PermissionDenied)


def told_of(loaded: LoadedMenu) -> list[tuple[str, str]]:
    """What loading did, as label and names."""
    rows = (
        (_("Steps added"), loaded.steps_added),
        (_("Steps removed"), loaded.steps_removed),
        (_("Prompts written"), loaded.prompts_written),
    )
    return [(label, ", ".join(keys)) for label, keys in rows if keys]


def _token(request: HttpRequest, text: str, seen: str) -> str:
    """What the page showed to whom; a page that was tampered with has none that reads."""
    return signing.dumps([request.user.pk, _print(text), seen], salt=_SALT)


def _seen(request: HttpRequest, text: str) -> str:
    """The state that the preview of this text showed; raises _OtherTextError."""
    try:
        user, printed, seen = signing.loads(request.POST.get("token", ""), salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise _OtherTextError from None
    if (user, printed) != (request.user.pk, _print(text)):
        raise _OtherTextError
    return str(seen)


def _print(text: str) -> str:
    return sha256(text.encode()).hexdigest()
