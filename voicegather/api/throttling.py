"""How often one user may ask: settings API_THROTTLE and API_THROTTLE_PLACING."""

from __future__ import annotations

import logging

from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from voicegather import conf

log = logging.getLogger("voicegather.api")


class _ConfiguredThrottle(UserRateThrottle):
    setting: str

    def __init__(self) -> None:
        # The cache of today's settings, and a rate of ours in place of REST_FRAMEWORK's.
        self.cache = caches["default"]
        super().__init__()

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether the user may ask again. Where the site's cache does not answer, anybody may."""
        try:
            return bool(super().allow_request(request, view))
        except Exception as problem:
            # Each kind of cache raises errors of its own.
            log.warning("requests are not counted: the cache raised %s", type(problem).__name__)
            return True

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
