"""System checks with stable ids."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from voicegather import conf, sealing
from voicegather.exceptions import ConfigurationError


@register()
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Settings that cannot work, each with what to do about it."""
    found: list[CheckMessage] = [
        Error(
            f"VOICEGATHER has no setting {name!r}.",
            hint=f"Remove it, or use one of: {', '.join(sorted(conf.DEFAULTS))}.",
            id="voicegather.E001",
        )
        for name in conf.unknown_names()
    ]
    if conf.get("DISPATCH") not in ("local", "celery"):
        found.append(
            Error("VOICEGATHER['DISPATCH'] must be 'local' or 'celery'.", id="voicegather.E002")
        )
    if conf.get("COMMAND_PATIENCE_SECONDS") > 45:
        found.append(
            Error(
                "VOICEGATHER['COMMAND_PATIENCE_SECONDS'] must be 45 or less.",
                hint="Telnyx drops a repeated command only within 60 seconds.",
                id="voicegather.E003",
            )
        )
    try:
        sealing.seal("")
    except ConfigurationError as problem:
        found.append(Error(str(problem), id="voicegather.E004"))
    return found


@register(deploy=True)
def check_sealing_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """In production the sealing key should not hang on SECRET_KEY."""
    if not sealing.derives_from_secret_key():
        return []
    return [
        Warning(
            "What callers enter is sealed with a key derived from SECRET_KEY.",
            hint="Set VOICEGATHER_ENCRYPTION_KEYS: changing SECRET_KEY would lose the data.",
            id="voicegather.W001",
        )
    ]
