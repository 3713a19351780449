from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("office/", admin.site.urls),
    path("telephony/lines/", include("voicegather.urls")),
]
