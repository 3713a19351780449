"""Whether this site has what the API takes: ``pip install voicegather[api]`` brings it."""

from __future__ import annotations

from importlib.util import find_spec

from django.apps import apps

LIBRARIES = ("rest_framework", "django_filters", "drf_spectacular")


def is_available() -> bool:
    """Whether the libraries are there and the site has REST framework among its apps."""
    return apps.is_installed("rest_framework") and all(find_spec(name) for name in LIBRARIES)
