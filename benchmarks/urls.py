from __future__ import annotations

from django.urls import include, path

from benchmarks.inline import webhook_that_does_all

urlpatterns = [
    path("voicegather/", include("voicegather.urls")),
    path("inline/", webhook_that_does_all),
]
