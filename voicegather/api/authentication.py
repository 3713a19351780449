"""Who asks: a token where the site has DRF's, else a session of the site."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    TokenAuthentication,
)
from rest_framework.exceptions import AuthenticationFailed


class OwnTokenAuthentication(TokenAuthentication):
    """``Authorization: Token …``; a token that no database can look for is just a wrong one."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        if "\0" in key:
            raise AuthenticationFailed(_("Invalid token."))
        credentials: tuple[Any, Any] = super().authenticate_credentials(key)
        return credentials


def authenticators() -> list[BaseAuthentication]:
    """The ways to authenticate that this site has, in the order in which they are tried."""
    if apps.is_installed("rest_framework.authtoken"):
        return [OwnTokenAuthentication(), SessionAuthentication()]
    return [SessionAuthentication()]
