"""The keys that a site needs: Telnyx's, and its own for what callers say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from voicegather import conf, sealing
from voicegather.checks.registering import TAG, needs_settings
from voicegather.checks.values import fit
from voicegather.exceptions import ConfigurationError
from voicegather.provider.signature import is_public_key


@register(TAG)
@needs_settings
def check_public_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A public key that is none makes no signature good."""
    if not fit("TELNYX_PUBLIC_KEYS") or all(is_public_key(key) for key in conf.public_keys()):
        return []
    return [
        Error(
            "A Telnyx public key is not base64 of 32 bytes.",
            hint="Copy it from the Telnyx portal, Keys & Credentials, Public Key.",
            id="voicegather.E005",
        )
    ]


@register(TAG)
@needs_settings
def check_api_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What was pasted where the API key belongs, and is obviously something else."""
    return [
        Error(
            f"The API key of the Telnyx connection {' and '.join(map(repr, names))} {trouble}.",
            hint="Copy it from the Telnyx portal, Keys & Credentials, API Keys.",
            id="voicegather.E011",
        )
        for key, names in _connections_by_key().items()
        if (trouble := _trouble_of_api_key(key))
    ]


@register(TAG)
@needs_settings
def check_sealing(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whether what callers say can be sealed, so that their events can be stored."""
    if not fit("ENCRYPTION_KEYS"):
        return []
    try:
        sealing.seal("")
    except (ConfigurationError, ImproperlyConfigured) as problem:
        return [
            Error(
                str(problem),
                hint=(
                    'Make a key with: python -c "import base64, os; '
                    'print(base64.b64encode(os.urandom(32)).decode())"'
                ),
                id="voicegather.E004",
            )
        ]
    return []


@register(TAG)
@needs_settings
def check_old_secret_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What was sealed with a key derived from SECRET_KEY knows nothing of its fallbacks."""
    if not fit("ENCRYPTION_KEYS") or not sealing.derives_from_secret_key():
        return []
    if not settings.SECRET_KEY_FALLBACKS:
        return []
    return [
        Warning(
            "SECRET_KEY has changed, and the key that seals what callers enter is derived from it.",
            hint=(
                "SECRET_KEY_FALLBACKS does not open what the old one sealed: put the key derived "
                "from it into VOICEGATHER_ENCRYPTION_KEYS, as docs/checks.md shows."
            ),
            id="voicegather.W004",
        )
    ]


@register(TAG, deploy=True)
@needs_settings
def check_telnyx_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without its keys a site can neither believe webhooks nor send commands."""
    found: list[CheckMessage] = []
    if fit("TELNYX_PUBLIC_KEYS") and not conf.public_keys():
        found.append(
            Warning(
                "No Telnyx public key is set: every webhook will be refused.",
                hint="Set VOICEGATHER['TELNYX_PUBLIC_KEYS'] or TELNYX_PUBLIC_KEY.",
                id="voicegather.W002",
            )
        )
    keys = _connections_by_key()
    without = keys.pop("", [])
    if without and not keys:
        found.append(
            Warning(
                "No Telnyx API key is set: no call can be answered.",
                hint="Set VOICEGATHER['TELNYX_API_KEY'] or TELNYX_API_KEY.",
                id="voicegather.W003",
            )
        )
    elif without:
        found.append(
            Warning(
                f"The Telnyx connection {' and '.join(map(repr, without))} has no API key: calls "
                "to its numbers cannot be answered.",
                hint=(
                    "Set VOICEGATHER['TELNYX_API_KEY'] or TELNYX_API_KEY, or \"api_key\" of the "
                    "connection in VOICEGATHER['CONNECTIONS']."
                ),
                id="voicegather.W005",
            )
        )
    return found


@register(TAG, deploy=True)
@needs_settings
def check_sealing_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """In production the sealing key should not hang on SECRET_KEY."""
    if not fit("ENCRYPTION_KEYS") or not sealing.derives_from_secret_key():
        return []
    return [
        Warning(
            "What callers enter is sealed with a key derived from SECRET_KEY.",
            hint="Set VOICEGATHER_ENCRYPTION_KEYS: changing SECRET_KEY would lose the data.",
            id="voicegather.W001",
        )
    ]


def _connections_by_key() -> dict[str, list[str]]:
    """The names of the Telnyx connections that use each API key; those without under ""."""
    if not fit("TELNYX_API_KEY", "TELNYX_BASE_URL", "CONNECTIONS"):
        return {}
    found: dict[str, list[str]] = {}
    for name in conf.connection_names():
        found.setdefault(conf.credentials(name)[0], []).append(name)
    return found


def _trouble_of_api_key(key: str) -> str:
    """What shows that this is no API key, "" when nothing does. Never quotes it."""
    if not key:
        return ""
    if not key.isascii() or not key.isprintable() or " " in key:
        return "contains a space or another character that no key has"
    if key[0] in "'\"":
        return "begins with a quotation mark, which whatever reads the variable left there"
    if is_public_key(key):
        return "is a public key"
    return ""
