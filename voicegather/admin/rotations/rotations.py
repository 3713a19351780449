from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.jobs import JobPage
from voicegather.models import KeyRotation
from voicegather.sealing import key_names
from voicegather.services.rotation import start_rotation


@admin.register(KeyRotation)
class KeyRotationAdmin(JobPage, ReadOnlyAdmin):
    """Everything sealed, sealed again under the newest key."""

    change_form_template = "admin/voicegather/keyrotation_change_form.html"
    empty_list = _("After a new key was put first into the settings, start a key rotation here.")
    list_display = ("created_at", "state", "key", "resealed", "finished_at", "owner")
    list_filter = ("state",)
    list_select_related = ("owner",)
    fields = ("key", "resealed", "owner", "created_at", "finished_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("voicegather.add_keyrotation")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """What it does; a POST starts it, or takes up the one that ended before its time."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            rotation = start_rotation(request.user)  # type: ignore[arg-type]
            messages.info(request, gettext("It runs in the background; calls go on as ever."))
            name = "admin:voicegather_keyrotation_change"
            may_view = self.has_view_permission(request, rotation)
            to = reverse(name, args=[rotation.pk]) if may_view else reverse("admin:index")
            return HttpResponseRedirect(to)
        names = key_names()
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Start a key rotation"),
            "opts": self.opts,
            "newest": names[0],
            "older": names[1:],
            "media": self.media,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/voicegather/keyrotation_form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        rotation = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if rotation is not None:
            context |= self.job_context(request, rotation)
            context["is_of_newest"] = rotation.key == key_names()[0]
        return super().change_view(request, object_id, form_url, context)
