from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.forms.moments import told
from voicegather.admin.publishing.planned import page_of
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.models import PublishingPlan


@admin.register(PublishingPlan)
class PublishingPlanAdmin(ReadOnlyAdmin):
    """What is planned, and what became of it: for audits, too."""

    empty_list = gettext_lazy("Plans are made where a menu is published.")
    list_display = ("menu", "state", "goes_live", "author", "approver", "created_at", "look")
    list_filter = ("state", ("menu", OwnTeamsFilter))
    list_select_related = ("menu", "author", "approver")
    search_fields = ("menu__name", "menu__slug", "note")
    fields = (
        "menu",
        "version",
        "state",
        "goes_live",
        "note",
        "author",
        "created_at",
        "approver",
        "ended_at",
        "reason",
        "sha256",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields

    @admin.display(description=gettext_lazy("goes live"), ordering="publish_at")
    def goes_live(self, plan: PublishingPlan) -> str:
        return told(plan.publish_at) or _("as soon as it is approved")

    @admin.display(description="")
    def look(self, plan: PublishingPlan) -> str:
        if not plan.is_open:
            return ""
        return format_html('<a href="{}">{}</a>', page_of(plan), _("Look at it"))
