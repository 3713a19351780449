"""The first page, and what is said where there is nothing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from voicegather.api.base import ApiView

LISTS = ("menus", "prompts", "numbers", "calendars", "calls", "results", "recordings")


class RootView(ApiView):
    """voicegather's REST API. `schema` is its OpenAPI document."""

    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        links = {name: f"voicegather:api-{name}-list" for name in LISTS}
        links["schema"] = "voicegather:api-schema"
        return Response({name: reverse(to, request=request) for name, to in links.items()})


class NothingView(ApiView):
    """Addresses that lead nowhere are told so as everything else is."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before anything else is looked at, the method and the user too."""
        if not request.path.endswith("/"):
            raise NotFound(_("There is nothing here. Addresses of the API end in a slash."))
        raise NotFound(_("There is nothing here."))
