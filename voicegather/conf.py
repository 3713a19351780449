"""The app's settings: one dict ``VOICEGATHER``, read whenever it is used."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from django.conf import settings

from voicegather.exceptions import ConfigurationError

DEFAULTS: dict[str, Any] = {
    # Telnyx. Further accounts: CONNECTIONS = {"name": {"api_key": ..., "connection_id": ...}}.
    "TELNYX_API_KEY": "",
    "TELNYX_PUBLIC_KEYS": [],
    "TELNYX_BASE_URL": "",
    # The id of the Call Control Application that places our calls, of the default account.
    "TELNYX_CONNECTION_ID": "",
    "CONNECTIONS": {},
    # The country of numbers that are written without a country code, and whose numbers are shown in
    # their national form: two letters such as "US"; "" for none.
    "DEFAULT_REGION": "",
    # Whom calls and transfers may ring besides numbers of the site's own countries: prefixes
    # ("+44") and hosts of SIP addresses ("sip:pbx.example.com").
    "ALLOWED_DESTINATIONS": [],
    # Sealing: base64 of 32 bytes each, newest first; derived from SECRET_KEY when empty.
    "ENCRYPTION_KEYS": [],
    # Webhook.
    "WEBHOOK_MAX_BYTES": 8 * 1024 * 1024,
    "WEBHOOK_TOLERANCE_SECONDS": 300,
    # Dispatch: "local" (threads of this process) or "celery".
    "DISPATCH": "local",
    "LOCAL_THREADS": 4,
    "LOCAL_QUEUE_SIZE": 1000,
    "BROKER_TIMEOUT_SECONDS": 0.3,
    "BROKER_RETRY_AFTER_SECONDS": 5,
    "QUEUE_CALLS": "voicegather.calls",
    "QUEUE_HANDLERS": "voicegather.handlers",
    "QUEUE_MEDIA": "voicegather.media",
    "QUEUE_BACKGROUND": "voicegather.background",
    # Sending.
    "COMMAND_TIMEOUT_SECONDS": 2.0,
    "COMMAND_PATIENCE_SECONDS": 40.0,
    "SEND_LEASE_SECONDS": 15,
    # Calls to numbers that nobody owns: "reject" (busy) or "tell" (say so, then hang up).
    "UNKNOWN_NUMBER": "reject",
    "UNKNOWN_NUMBER_TEXT": "This number is not in service.",
    "UNKNOWN_NUMBER_VOICE": "Telnyx.KokoroTTS.af",
    # How often one user may use the REST API, and place calls over it: requests a second, minute,
    # hour or day, such as "10/s"; "" for no limit.
    "API_THROTTLE": "600/min",
    "API_THROTTLE_PLACING": "20/min",
    # For how long an admin page shows what was revealed, before it masks it again: seconds.
    "REVEAL_SECONDS": 60,
    # Exports: the storage (a name in STORAGES) that keeps their files, for how many days, and of
    # how many calls they are made while their owner waits; the background makes larger ones.
    "EXPORT_STORAGE": "default",
    "EXPORT_DAYS": 7,
    "EXPORT_CALLS_AT_ONCE": 5000,
    # Recordings of callers: the storage (a name in STORAGES) that keeps them, how large one may be,
    # from which hosts they may be fetched besides Telnyx's own ("*.example.com" for all below it),
    # and whether Telnyx deletes its copy once the site has its own.
    "RECORDING_STORAGE": "default",
    "RECORDING_MAX_BYTES": 200 * 1024 * 1024,
    "RECORDING_HOSTS": [],
    "RECORDING_DELETE_AT_TELNYX": False,
    # Alerts: where incidents are told of. A group is one of Django's, by its name.
    "ALERT_EMAILS": [],
    "ALERT_EMAIL_GROUP": "",
    "ALERT_WEBHOOKS": [],
    "ALERT_WEBHOOK_SECRET": "",
    "ALERT_WEBHOOK_ALLOW_PRIVATE": False,
    # So many at once are told of in one message.
    "ALERT_DIGEST_FROM": 4,
    # An incident ends when its cause was not seen for so long.
    "ALERT_CLOSE_MINUTES": 10,
    # A menu: so many percent of at least so many calls that ended in so many minutes failed.
    "ALERT_MENU_FAILED_PERCENT": 20,
    "ALERT_MENU_CALLS": 10,
    "ALERT_MENU_MINUTES": 30,
    # Commands that failed in a quarter of an hour; an event and a job that waited so long.
    "ALERT_COMMANDS_FAILED": 10,
    "ALERT_LAG_SECONDS": 30,
    "ALERT_JOB_MINUTES": 30,
    # A number: no call in so many minutes, where so many weeks before had so many calls each.
    "ALERT_SILENCE_MINUTES": 60,
    "ALERT_SILENCE_CALLS": 12,
    "ALERT_SILENCE_WEEKS": 4,
    # Webhooks with bad signatures in a quarter of an hour.
    "ALERT_SIGNATURES": 50,
    # Prometheus: the endpoint is there for this bearer token, or for these networks.
    "METRICS_TOKEN": "",
    "METRICS_NETWORKS": [],
    # Retention: days to keep by class of data, such as {"webhooks": 30, "recordings": 90}; what is
    # left out is kept for ever. What staff say in the admin counts first. And the hour, on the
    # site's wall, from which the clock has it done each day.
    "RETENTION_DAYS": {},
    "RETENTION_HOUR": 2,
    # Budgets of one call.
    "VISITS_A_STEP": 10,
    "STEPS_A_CALL": 200,
    "MINUTES_A_CALL": 30,
    # The handler "http": whom it may ask ("api.example.com", "http://localhost:8000"), whether they
    # may be in the site's own network, and the bearer token for each, by the name used there.
    "HTTP_HANDLER_HOSTS": [],
    "HTTP_HANDLER_ALLOW_PRIVATE": False,
    "HTTP_HANDLER_TOKENS": {},
    # What uploaded audio is reached under, such as https://www.example.com; "" when the
    # storage's own URLs are absolute.
    "PUBLIC_URL": "",
    # How uploaded audio reaches callers: "url" (Telnyx fetches it from the site's storage) or
    # "media" (the app brings it into the media storage of each Telnyx account in use).
    "AUDIO_DELIVERY": "url",
}


def get(name: str) -> Any:
    """The value of a setting: the site's, else the default.

    Raises KeyError for a wrong name, and ConfigurationError when ``VOICEGATHER`` is no dict.
    """
    default = DEFAULTS[name]
    return _configured().get(name, default)


def is_dict() -> bool:
    """Whether ``VOICEGATHER`` is one, or not set at all."""
    return isinstance(getattr(settings, "VOICEGATHER", {}), dict)


def unknown_names() -> list[str]:
    """Keys of ``VOICEGATHER`` that are no setting, for the system check."""
    return sorted(str(name) for name in set(_configured()) - set(DEFAULTS))


def public_keys() -> list[str]:
    """The base64 public keys whose signatures count; several while a key is being rotated."""
    return list(get("TELNYX_PUBLIC_KEYS") or _listed(os.environ.get("TELNYX_PUBLIC_KEY", "")))


def encryption_keys() -> list[str]:
    """The base64 sealing keys, newest first; empty when they are derived from SECRET_KEY."""
    configured = get("ENCRYPTION_KEYS")
    return list(configured or _listed(os.environ.get("VOICEGATHER_ENCRYPTION_KEYS", "")))


def connection_names() -> list[str]:
    """The names of all Telnyx connections: "default", then the further ones of CONNECTIONS."""
    return list(dict.fromkeys(("default", *get("CONNECTIONS"))))


def credentials(connection: str) -> tuple[str, str]:
    """The API key and base URL ("" for Telnyx's own) of a connection by its name."""
    named = get("CONNECTIONS").get(connection, {})
    api_key = named.get("api_key") or get("TELNYX_API_KEY") or os.environ.get("TELNYX_API_KEY", "")
    base_url = (
        named.get("base_url") or get("TELNYX_BASE_URL") or os.environ.get("TELNYX_BASE_URL", "")
    )
    return api_key, base_url


def connection_id(connection: str) -> str:
    """The id of the Call Control Application of a connection by its name, "" where none is set."""
    named: str = get("CONNECTIONS").get(connection, {}).get("connection_id", "")
    if named or connection != "default":
        return named
    return get("TELNYX_CONNECTION_ID") or os.environ.get("TELNYX_CONNECTION_ID", "")


def _configured() -> dict[str, Any]:
    configured: object = getattr(settings, "VOICEGATHER", {})
    if not isinstance(configured, dict):
        raise ConfigurationError("VOICEGATHER must be a dict of settings, or not be set at all.")
    return configured


@lru_cache(maxsize=16)
def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
