"""System checks with stable ids."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from voicegather import conf, sealing
from voicegather.exceptions import ConfigurationError
from voicegather.provider.signature import is_public_key


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
    if not all(is_public_key(key) for key in conf.public_keys()):
        found.append(
            Error(
                "A Telnyx public key is not base64 of 32 bytes.",
                hint="Copy it from the Telnyx portal, Keys & Credentials, Public Key.",
                id="voicegather.E005",
            )
        )
    try:
        sealing.seal("")
    except ConfigurationError as problem:
        found.append(Error(str(problem), id="voicegather.E004"))
    return found


@register(deploy=True)
def check_telnyx_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without its keys a site can neither believe webhooks nor send commands."""
    found: list[CheckMessage] = []
    if not conf.public_keys():
        found.append(
            Warning(
                "No Telnyx public key is set: every webhook will be refused.",
                hint="Set VOICEGATHER['TELNYX_PUBLIC_KEYS'] or TELNYX_PUBLIC_KEY.",
                id="voicegather.W002",
            )
        )
    if not conf.credentials("default")[0]:
        found.append(
            Warning(
                "No Telnyx API key is set: no call can be answered.",
                hint="Set VOICEGATHER['TELNYX_API_KEY'] or TELNYX_API_KEY.",
                id="voicegather.W003",
            )
        )
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
