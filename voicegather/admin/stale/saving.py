"""Model pages on which nobody overwrites or deletes what they have not seen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import router, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from voicegather.admin.stale.guard import MARK, Guard, guarded, mark_of
from voicegather.admin.stale.rows import shown_rows
from voicegather.admin.stale.standing import Standing, digest, values_of


class SeenOnly:
    """For model admins. A page carries a mark of what it shows, and the form brings it back."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        view = super().changeform_view  # type: ignore[misc]
        if object_id is None or not _is_marked(request):
            return view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        with transaction.atomic(using=router.db_for_write(self.model)):  # type: ignore[attr-defined]
            _lock(self, object_id)
            return view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        view = super().delete_view  # type: ignore[misc]
        with transaction.atomic(using=router.db_for_write(self.model)):  # type: ignore[attr-defined]
            if request.method == "POST":
                _lock(self, object_id)
            obj = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
            mark = digest(values_of(obj)) if obj else ""
            if obj and request.method == "POST" and request.POST.get(MARK, mark) != mark:
                told = _("“%s” was changed since you opened this page: look at it, then delete it.")
                messages.warning(request, told % obj)
                return HttpResponseRedirect(request.get_full_path())
            context = {**(extra_context or {}), "opened_mark": mark}
            return view(request, object_id, context)  # type: ignore[no-any-return]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if not (change and obj is not None and _is_marked(request)):
            return super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]
        guard = Guard(self, request, obj)
        return guarded(super().get_form(request, obj, change, **kwargs), guard)  # type: ignore[misc]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = context.get("original")
        if obj is not None and self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            form = context["adminform"].form
            shown = mark_of(request) if _is_marked(request) else _mark(self, request, obj, context)
            context |= {"opened_mark": shown, "conflict": getattr(form, "conflict", None)}
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc,no-any-return]


def _is_marked(request: HttpRequest) -> bool:
    return request.method == "POST" and MARK in request.POST


def _lock(admin: Any, object_id: str) -> None:
    """Wait for whoever writes the object now; nothing where there is none such."""
    key = admin.model._meta.pk
    try:
        pk = key.to_python(unquote(object_id))
        admin.model._base_manager.select_for_update().filter(pk=pk).order_by().first()
    except (ValidationError, ValueError, OverflowError):
        return


def _mark(admin: Any, request: HttpRequest, obj: Any, context: dict[str, Any]) -> str:
    """How it stands, as the page shows it; inlines have read their rows by now."""
    rows = {
        each.formset.prefix: shown_rows(each.formset)
        for each in context.get("inline_admin_formsets", ())
        if each.has_change_permission
    }
    return Standing(values_of(obj, admin.get_readonly_fields(request, obj)), rows).mark()
