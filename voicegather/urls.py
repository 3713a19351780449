from __future__ import annotations

from django.urls import path

from voicegather.health import live, ready, serving
from voicegather.webhooks.views import webhook

app_name = "voicegather"
urlpatterns = [
    path("webhook/", webhook, name="webhook"),
    # Telnyx may not follow a redirect to the address with the slash.
    path("webhook", webhook),
    path("health/live/", live, name="health-live"),
    path("health/ready/", ready, name="health-ready"),
    path("health/serving/", serving, name="health-serving"),
]
