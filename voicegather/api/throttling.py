"""How often one user may ask: settings API_THROTTLE and API_THROTTLE_PLACING."""

from __future__ import annotations

from django.core.cache import caches
from rest_framework.throttling import UserRateThrottle

from voicegather import conf


class _ConfiguredThrottle(UserRateThrottle):
    setting: str

    def __init__(self) -> None:
        # The cache of today's settings, and a rate of ours in place of REST_FRAMEWORK's.
        self.cache = caches["default"]
        super().__init__()

    def get_rate(self) -> str | None:
        return conf.get(self.setting) or None


class RequestThrottle(_ConfiguredThrottle):
    """Every request."""

    scope = "voicegather-api"
    setting = "API_THROTTLE"


class PlacingThrottle(_ConfiguredThrottle):
    """Calls that are placed: each costs money."""

    scope = "voicegather-api-placing"
    setting = "API_THROTTLE_PLACING"
