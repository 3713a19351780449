from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.static import serve

PROMPTS = "voicegather/prompts"


def uploaded_prompt(request: HttpRequest, path: str) -> FileResponse | HttpResponse:
    """A prompt's audio for Telnyx to fetch; nothing else of the media is public."""
    return serve(request, path, document_root=str(settings.MEDIA_ROOT / PROMPTS))


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("voicegather/", include("voicegather.urls")),
    path(f"media/{PROMPTS}/<path:path>", uploaded_prompt),
]
