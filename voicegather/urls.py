from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from voicegather.api.available import is_available
from voicegather.health import live, ready, serving
from voicegather.webhooks.views import webhook

app_name = "voicegather"
urlpatterns: list[URLPattern | URLResolver] = [
    path("webhook/", webhook, name="webhook"),
    # Telnyx may not follow a redirect to the address with the slash.
    path("webhook", webhook),
    path("health/live/", live, name="health-live"),
    path("health/ready/", ready, name="health-ready"),
    path("health/serving/", serving, name="health-serving"),
]
if find_spec("prometheus_client"):
    from voicegather.metrics.views import metrics

    urlpatterns.append(path("metrics/", metrics, name="metrics"))
if is_available():
    urlpatterns.append(path("api/", include("voicegather.api.urls")))
