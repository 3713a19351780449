"""Each setting by itself: its name, its type and its range."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from voicegather import conf
from voicegather.checks.registering import TAG, needs_settings
from voicegather.handlers.http.urls import parsed_url, read_entry
from voicegather.models.retention import DataClass

CONNECTION_KEYS = ("api_key", "base_url", "connection_id")
#: Of a queue's name; `Lease.name` holds it with a prefix.
LONGEST_QUEUE_NAME = 50
#: Of Django's groups.
LONGEST_GROUP_NAME = 150
#: Of a connection's name; `PhoneNumber.connection` holds it.
LONGEST_CONNECTION_NAME = 60
#: The beginning of a number in E.164, or the host of SIP addresses.
_DESTINATION = re.compile(r"\+[1-9][0-9]{0,14}|sip:[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
#: A host, or all hosts below it.
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@dataclass(frozen=True)
class Rule:
    """What a value must be: in words, and as a test that raises for no value whatever."""

    wants: str
    holds: Callable[[Any], bool]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def _is_url(value: Any, *schemes: str) -> bool:
    if not isinstance(value, str) or any(each.isspace() for each in value):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname) and not (parts.query or parts.fragment)


def _is_host(value: Any) -> bool:
    return isinstance(value, str) and bool(_HOST.fullmatch(value))


def _is_destination(value: Any) -> bool:
    return isinstance(value, str) and bool(_DESTINATION.fullmatch(value))


def _is_address(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def _is_webhook(value: Any) -> bool:
    target = parsed_url(value) if isinstance(value, str) else None
    return target is not None and (
        target.scheme == "https" or conf.get("ALERT_WEBHOOK_ALLOW_PRIVATE") is True
    )


def _is_network(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        ip_network(value)
    except ValueError:
        return False
    return True


def _is_connection(name: Any, account: Any) -> bool:
    return (
        _is_text(name, LONGEST_CONNECTION_NAME)
        and isinstance(account, dict)
        and all(isinstance(key, str) for key in account)
        and all(isinstance(value, str) for value in account.values())
        and (not account.get("base_url") or _is_url(account["base_url"], "http", "https"))
    )


def _is_token(host: Any, token: Any) -> bool:
    named = isinstance(host, str) and "://" not in host and read_entry(host) is not None
    # A header's value: what else is in it would have every request fail, or make another of it.
    return named and _is_text(token, 4000) and token.isascii() and token.isprintable()


def _is_kept(data_class: Any, days: Any) -> bool:
    return data_class in DataClass.values and (days is None or (_is_whole(days) and days >= 1))


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= longest


def _whole(least: int) -> Rule:
    return Rule(f"a whole number, {least} or more", lambda v: _is_whole(v) and v >= least)


def _seconds() -> Rule:
    return Rule("a number of seconds, more than 0", lambda v: _is_number(v) and v > 0)


def _text(longest: int) -> Rule:
    return Rule(f"a text of 1 to {longest} characters", lambda v: _is_text(v, longest))


TEXTS = Rule(
    "a list of texts, also where there is one",
    lambda v: isinstance(v, list | tuple) and all(isinstance(each, str) for each in v),
)
RATE = Rule(
    'a rate such as "600/min", by s, min, hour or day, or ""',
    lambda v: (
        isinstance(v, str)
        and (v == "" or bool(re.fullmatch(r"[1-9][0-9]{0,8}/(s|sec|min|hour|day)", v)))
    ),
)
STORAGE = Rule(
    "the name of a storage in STORAGES",
    lambda v: isinstance(v, str) and v in settings.STORAGES,
)
SECRET = Rule(
    'a text of at least 16 characters without spaces, or ""',
    lambda v: (
        isinstance(v, str) and (v == "" or (len(v) >= 16 and v.isascii() and v.isprintable()))
    ),
)
BASE_URL = Rule(
    'a URL such as https://api.telnyx.eu/v2, or ""',
    lambda v: v == "" or _is_url(v, "http", "https"),
)

BOOLEAN = Rule("True or False", lambda v: isinstance(v, bool))

#: Every setting but DISPATCH, which has an id of its own.
RULES: dict[str, Rule] = {
    "TELNYX_API_KEY": Rule("a text", lambda v: isinstance(v, str)),
    "TELNYX_PUBLIC_KEYS": TEXTS,
    "TELNYX_BASE_URL": BASE_URL,
    "TELNYX_CONNECTION_ID": Rule("a text", lambda v: isinstance(v, str)),
    "CONNECTIONS": Rule(
        "a dict of dicts of texts, such as {'second': {'api_key': '...', 'base_url': 'https://...'}}",
        lambda v: isinstance(v, dict) and all(_is_connection(*item) for item in v.items()),
    ),
    "DEFAULT_REGION": Rule(
        'a country by its two letters such as "US", or ""',
        lambda v: isinstance(v, str) and (v == "" or v in phonenumbers.SUPPORTED_REGIONS),
    ),
    "ALLOWED_DESTINATIONS": Rule(
        "a list of prefixes such as '+44', and of SIP hosts such as 'sip:pbx.example.com'",
        lambda v: isinstance(v, list | tuple) and all(_is_destination(each) for each in v),
    ),
    "ENCRYPTION_KEYS": TEXTS,
    "WEBHOOK_MAX_BYTES": _whole(64 * 1024),
    "WEBHOOK_TOLERANCE_SECONDS": _seconds(),
    "LOCAL_THREADS": _whole(1),
    "LOCAL_QUEUE_SIZE": _whole(1),
    "BROKER_TIMEOUT_SECONDS": Rule(
        "a number of seconds, more than 0 and at most 1: Telnyx waits 2 for its answer",
        lambda v: _is_number(v) and 0 < v <= 1,
    ),
    "BROKER_RETRY_AFTER_SECONDS": _seconds(),
    "QUEUE_CALLS": _text(LONGEST_QUEUE_NAME),
    "QUEUE_HANDLERS": _text(LONGEST_QUEUE_NAME),
    "QUEUE_MEDIA": _text(LONGEST_QUEUE_NAME),
    "QUEUE_BACKGROUND": _text(LONGEST_QUEUE_NAME),
    "COMMAND_TIMEOUT_SECONDS": _seconds(),
    "COMMAND_PATIENCE_SECONDS": Rule(
        "a number of seconds, 0 or more", lambda v: _is_number(v) and v >= 0
    ),
    "SEND_LEASE_SECONDS": _seconds(),
    "UNKNOWN_NUMBER": Rule("'reject' or 'tell'", lambda v: v in ("reject", "tell")),
    "UNKNOWN_NUMBER_TEXT": _text(3000),
    "UNKNOWN_NUMBER_VOICE": _text(200),
    "API_THROTTLE": RATE,
    "API_THROTTLE_PLACING": RATE,
    "REVEAL_SECONDS": _whole(1),
    "EXPORT_STORAGE": STORAGE,
    "EXPORT_DAYS": _whole(1),
    "EXPORT_CALLS_AT_ONCE": _whole(0),
    "RECORDING_STORAGE": STORAGE,
    "RECORDING_MAX_BYTES": _whole(1024),
    "RECORDING_HOSTS": Rule(
        "a list of hosts such as 'records.example.com', or '*.example.com' for all below it",
        lambda v: isinstance(v, list | tuple) and all(_is_host(each) for each in v),
    ),
    "RECORDING_DELETE_AT_TELNYX": BOOLEAN,
    "ALERT_EMAILS": Rule(
        "a list of e-mail addresses, also where there is one",
        lambda v: isinstance(v, list | tuple) and all(_is_address(each) for each in v),
    ),
    "ALERT_EMAIL_GROUP": Rule(
        'the name of a group, or ""', lambda v: v == "" or _is_text(v, LONGEST_GROUP_NAME)
    ),
    "ALERT_WEBHOOKS": Rule(
        "a list of URLs that begin with https://, also where there is one",
        lambda v: isinstance(v, list | tuple) and all(_is_webhook(each) for each in v),
    ),
    "ALERT_WEBHOOK_SECRET": SECRET,
    "ALERT_WEBHOOK_ALLOW_PRIVATE": BOOLEAN,
    "ALERT_DIGEST_FROM": _whole(2),
    "ALERT_CLOSE_MINUTES": _whole(1),
    "ALERT_MENU_FAILED_PERCENT": Rule(
        "a number of percent, more than 0 and at most 100",
        lambda v: _is_number(v) and 0 < v <= 100,
    ),
    "ALERT_MENU_CALLS": _whole(1),
    "ALERT_MENU_MINUTES": _whole(1),
    "ALERT_COMMANDS_FAILED": _whole(1),
    "ALERT_LAG_SECONDS": _whole(5),
    "ALERT_JOB_MINUTES": _whole(1),
    "ALERT_SILENCE_MINUTES": _whole(10),
    "ALERT_SILENCE_CALLS": _whole(1),
    "ALERT_SILENCE_WEEKS": Rule(
        "a whole number of weeks, 1 to 12", lambda v: _is_whole(v) and 1 <= v <= 12
    ),
    "ALERT_SIGNATURES": _whole(1),
    "METRICS_TOKEN": SECRET,
    "METRICS_NETWORKS": Rule(
        "a list of networks such as '10.0.0.0/8'",
        lambda v: isinstance(v, list | tuple) and all(_is_network(each) for each in v),
    ),
    "RETENTION_DAYS": Rule(
        "a dict of days by class of data, such as {'webhooks': 30}, with classes out of "
        + ", ".join(DataClass.values),
        lambda v: isinstance(v, dict) and all(_is_kept(*item) for item in v.items()),
    ),
    "RETENTION_HOUR": Rule("a whole number, 0 to 23", lambda v: _is_whole(v) and 0 <= v <= 23),
    "VISITS_A_STEP": _whole(1),
    "STEPS_A_CALL": _whole(1),
    "MINUTES_A_CALL": _whole(1),
    "HTTP_HANDLER_HOSTS": Rule(
        "a list of hosts such as 'api.example.com', or 'http://localhost:8000' without TLS",
        lambda v: isinstance(v, list | tuple) and all(read_entry(each) for each in v),
    ),
    "HTTP_HANDLER_ALLOW_PRIVATE": BOOLEAN,
    "HTTP_HANDLER_TOKENS": Rule(
        "a dict of tokens by host, such as {'api.example.com': '...'}, without https://",
        lambda v: isinstance(v, dict) and all(_is_token(*item) for item in v.items()),
    ),
    "AUDIO_DELIVERY": Rule("'url' or 'media'", lambda v: v in ("url", "media")),
    "PUBLIC_URL": Rule(
        'a URL such as https://www.example.com, or ""', lambda v: v == "" or _is_url(v, "https")
    ),
}


def fit(*names: str) -> bool:
    """Whether these settings are of their type and range, so that other checks can use them."""
    return all(RULES[name].holds(conf.get(name)) for name in names)


@register(TAG)
def check_is_dict(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Nothing else can be said of settings that are no dict."""
    if conf.is_dict():
        return []
    return [
        Error(
            "VOICEGATHER is not a dict.",
            hint='Write VOICEGATHER = {"DISPATCH": "local"}, or leave it out.',
            id="voicegather.E006",
        )
    ]


@register(TAG)
@needs_settings
def check_names(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Names that are no setting's are misspelt, or another version's."""
    found = [_unknown("VOICEGATHER", name, conf.DEFAULTS) for name in conf.unknown_names()]
    if fit("CONNECTIONS"):
        found += [
            _unknown(f"VOICEGATHER['CONNECTIONS'][{connection!r}]", key, CONNECTION_KEYS)
            for connection, account in conf.get("CONNECTIONS").items()
            for key in sorted(set(account) - set(CONNECTION_KEYS))
        ]
    return found


@register(TAG)
@needs_settings
def check_values(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Values that cannot work. They are never quoted: some are secret."""
    found: list[CheckMessage] = []
    if conf.get("DISPATCH") not in ("local", "celery"):
        found.append(
            Error("VOICEGATHER['DISPATCH'] must be 'local' or 'celery'.", id="voicegather.E002")
        )
    found += [
        _wrong(f"VOICEGATHER[{name!r}]", rule, f"remove it for the default, {default!r}")
        for name, rule in RULES.items()
        if not rule.holds(conf.get(name))
        for default in (conf.DEFAULTS[name],)
    ]
    if not BASE_URL.holds(os.environ.get("TELNYX_BASE_URL", "")):
        found.append(
            _wrong(
                "The environment variable TELNYX_BASE_URL", BASE_URL, "unset it for Telnyx's own"
            )
        )
    return found


def _unknown(holder: str, name: str, known: Any) -> CheckMessage:
    return Error(
        f"{holder} has no setting {name!r}.",
        hint=f"Remove it, or use one of: {', '.join(sorted(known))}.",
        id="voicegather.E001",
    )


def _wrong(what: str, rule: Rule, otherwise: str) -> CheckMessage:
    return Error(
        f"{what} must be {rule.wants}.",
        hint=f"Correct it, or {otherwise}.",
        id="voicegather.E007",
    )
