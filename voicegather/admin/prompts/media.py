"""Recordings in Telnyx's media storage: how far each is, and trying again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.jobs import JobPage, progress_words
from voicegather.admin.prompts.audio import facts_of
from voicegather.admin.teams import in_own_teams
from voicegather.models import MediaUpload, PromptVariant
from voicegather.models.jobs import Job
from voicegather.services.audio import as_sound, storage

#: Of the prompts that a recording is in.
MOST_SHOWN = 20


@admin.register(MediaUpload)
class MediaUploadAdmin(JobPage, ReadOnlyAdmin):
    """Who may look after prompts may look after their recordings."""

    empty_list = _("Recordings are brought to Telnyx when AUDIO_DELIVERY is “media”.")
    change_form_template = "admin/voicegather/media_upload_change_form.html"
    list_display = ("prompt", "facts", "connection", "how_far", "expires_at")
    list_filter = ("state", "connection")
    list_select_related = ("audio",)
    search_fields = ("audio__name",)
    fields = ("player", "connection", "expires_at", "tries", "created_at", "finished_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Recordings that no prompt has any more are a superuser's."""
        uploads = super().get_queryset(request).select_related("audio")
        variants = in_own_teams(request, PromptVariant.objects.all())
        if not request.user.is_superuser:
            uploads = uploads.filter(audio__name__in=variants.values("audio_file"))
        first = variants.filter(audio_file=OuterRef("audio__name")).order_by("prompt__key")
        annotated: QuerySet[Any] = uploads.annotate(
            prompt_key=Subquery(first.values("prompt__key")[:1])
        )
        return annotated

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_keeper = request.user.has_perm("voicegather.view_prompt")
        return self.may_steer_any(request) or is_keeper or super().has_view_permission(request, obj)

    def may_steer(self, request: HttpRequest, job: Job) -> bool:
        return self.may_steer_any(request)

    def may_steer_any(self, request: HttpRequest) -> bool:
        """Whether the user may have recordings brought to Telnyx again."""
        return request.user.has_perm("voicegather.change_prompt")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if (upload := context.get("original")) is not None:
            context |= self.job_context(request, upload)
            variants = in_own_teams(request, PromptVariant.objects.select_related("prompt"))
            used = variants.filter(audio_file=upload.audio.name).order_by("prompt__key", "language")
            context["variants"] = used[:MOST_SHOWN]
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("prompt"), ordering="prompt_key")
    def prompt(self, upload: Any) -> str:
        return upload.prompt_key or gettext("none any more")

    @admin.display(description=_("recording"))
    def facts(self, upload: MediaUpload) -> str:
        return facts_of(as_sound(upload.audio))

    @admin.display(description=_("state"), ordering="state")
    def how_far(self, upload: MediaUpload) -> str:
        return progress_words(upload)

    @admin.display(description=_("recording"))
    def player(self, upload: MediaUpload) -> SafeString:
        return format_html(
            '<audio controls preload="none" src="{}"></audio><br>{}',
            storage().url(upload.audio.name),
            self.facts(upload),
        )
