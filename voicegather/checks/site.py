"""The site around the app: its URLs, its middleware, its time."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.urls import NoReverseMatch, reverse

from voicegather.checks.registering import TAG

_WEBHOOK_MIDDLEWARE = "voicegather.middleware.WebhookMiddleware"
#: What a webhook need not go through: sessions and users, which ask a database or a cache.
_COSTLY = ("django.contrib.sessions.", "django.contrib.auth.", "django.contrib.messages.")


@register(TAG)
def check_urls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whether Telnyx has an address to post to."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    try:
        reverse("voicegather:webhook")
    except NoReverseMatch:
        return [
            Error(
                "The site has no address for Telnyx's webhooks.",
                hint=(
                    "Add to urlpatterns of the site's own urls.py, not inside another namespace: "
                    'path("voicegather/", include("voicegather.urls")).'
                ),
                id="voicegather.E012",
            )
        ]
    except Exception:
        # URLs that cannot be loaded at all: Django's own check shows why.
        return []
    return []


@register(TAG)
def check_time_zones(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Deadlines are moments: without zones SQLite refuses them, and PostgreSQL shifts them."""
    if settings.USE_TZ:
        return []
    return [
        Error(
            "USE_TZ is off: no event can be stored or worked on.",
            hint="Set USE_TZ = True, Django's default; TIME_ZONE may be any.",
            id="voicegather.E013",
        )
    ]


@register(TAG)
def check_middleware(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The short way of webhooks is short only before what it is to spare them."""
    middleware = list(settings.MIDDLEWARE)
    if _WEBHOOK_MIDDLEWARE not in middleware:
        return []
    before = middleware[: middleware.index(_WEBHOOK_MIDDLEWARE)]
    costly = [path for path in before if path.startswith(_COSTLY)]
    if not costly:
        return []
    return [
        Warning(
            f"WebhookMiddleware gains nothing behind {', '.join(costly)}.",
            hint="Put it first in MIDDLEWARE, or right behind SecurityMiddleware and WhiteNoise.",
            id="voicegather.W013",
        )
    ]
