"""Serve Telnyx's webhooks ahead of everything that a site does for its own pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, get_script_prefix, reverse

from voicegather.webhooks.views import webhook


class WebhookMiddleware:
    """Hands requests for the webhook straight to its view; all others go on as ever.

    Telnyx has no session, no cookie and no user: a site saves the work of its other middleware by
    naming this one first in MIDDLEWARE. The URL stays where `voicegather.urls` is included.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == _webhook_path(settings.ROOT_URLCONF):
            return webhook(request)
        return self._get_response(request)


@lru_cache(maxsize=8)
def _webhook_path(urlconf: str) -> str:
    """Where the webhook is below the site's own prefix, "" when our URLs are not included."""
    try:
        path = reverse("voicegather:webhook", urlconf=urlconf)
    except NoReverseMatch:
        return ""
    return "/" + path.removeprefix(get_script_prefix())
