"""How a check of ours is registered."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.checks import CheckMessage

from voicegather import conf

#: For ``manage.py check --tag voicegather``.
TAG = "voicegather"

Check = Callable[..., list[CheckMessage]]


def needs_settings(check: Check) -> Check:
    """Have a check find nothing while ``VOICEGATHER`` is no dict: E006 says so, and once."""

    @wraps(check)
    def guarded(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
        return check(app_configs, **kwargs) if conf.is_dict() else []

    return guarded
