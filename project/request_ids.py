"""A name for each request, which its answer and every line logged meanwhile carry."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
#: What a proxy may call a request; anything else is not repeated, neither in logs nor in answers.
SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

_request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdMiddleware:
    """Takes the request's X-Request-ID if it is a sane one, else makes one; answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if SANE.fullmatch(given) else uuid4().hex
        _request_id.set(request_id)
        response = self._get_response(request)
        response.headers[HEADER] = request_id
        return response


@receiver(request_finished)
def forget_request(**kwargs: Any) -> None:
    """Not before: Django and gunicorn write of a request when the middleware is long through."""
    _request_id.set("")


class RequestIds(logging.Filter):
    """Lets every record through, with the attribute `request_id`: "" where it is unknown."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = _request_id.get()
        return True
