"""A production site that takes a simulator for Telnyx believes everybody."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from voicegather import conf
from voicegather.checks.registering import TAG, needs_settings
from voicegather.checks.values import BASE_URL, fit


@register(TAG, deploy=True)
@needs_settings
def check_base_urls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Where commands go: to Telnyx, and encrypted, for they carry the API key."""
    if settings.DEBUG:
        return []
    return [
        Error(
            f"Commands of the Telnyx connection {name!r} go {trouble}.",
            hint=(
                "Remove TELNYX_BASE_URL, or make it https://api.telnyx.com/v2 or "
                "https://api.telnyx.eu/v2; a simulator belongs to a site with DEBUG on."
            ),
            id="voicegather.E021",
        )
        for name, (_, base_url) in _accounts().items()
        if (trouble := _trouble_of_base_url(base_url))
    ]


@register(TAG, deploy=True)
@needs_settings
def check_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Keys that `voicegather_simulate` shows: who has the package can sign with them."""
    if settings.DEBUG:
        return []
    # Here, for it loads the whole simulator.
    from voicegather.simulator.keys import FAKE_KEY_PREFIX, SIMULATION_KEY
    from voicegather.simulator.signing import Signer

    api_keys = {api_key for api_key, _ in _accounts().values() if api_key}
    found: list[CheckMessage] = []
    if any(key.startswith(FAKE_KEY_PREFIX) for key in api_keys):
        found.append(_simulators("API", "Telnyx will refuse every command"))
    seeds = sorted(api_keys | {SIMULATION_KEY})
    if fit("TELNYX_PUBLIC_KEYS") and any(
        Signer(seed).public_key in conf.public_keys() for seed in seeds
    ):
        found.append(_simulators("public", "others than Telnyx can sign webhooks for this site"))
    return found


def _accounts() -> dict[str, tuple[str, str]]:
    """API key and base URL of each connection."""
    if not fit("TELNYX_API_KEY", "TELNYX_BASE_URL", "CONNECTIONS"):
        return {}
    return {name: conf.credentials(name) for name in conf.connection_names()}


def _trouble_of_base_url(url: str) -> str:
    if not url or not BASE_URL.holds(url):
        return ""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_this_machine(host):
        return f"to this machine ({host}) and not to Telnyx"
    return "" if parts.scheme == "https" else f"to {host} without encryption"


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _simulators(kind: str, therefore: str) -> CheckMessage:
    return Error(
        f"A Telnyx {kind} key of this site is the simulator's: {therefore}.",
        hint="Copy both keys from the Telnyx portal; a simulator belongs to a site with DEBUG on.",
        id="voicegather.E022",
    )
