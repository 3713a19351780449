"""Alerts that could not be sent or read, and metrics that cannot be made."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register

from voicegather import conf
from voicegather.checks.registering import TAG, needs_settings
from voicegather.checks.values import fit


@register(TAG)
@needs_settings
def check_secret(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Nothing is sent unsigned."""
    if not fit("ALERT_WEBHOOKS", "ALERT_WEBHOOK_SECRET"):
        return []
    if not conf.get("ALERT_WEBHOOKS") or conf.get("ALERT_WEBHOOK_SECRET"):
        return []
    return [
        Error(
            "VOICEGATHER['ALERT_WEBHOOKS'] is set without ALERT_WEBHOOK_SECRET.",
            hint=(
                "Give both sides the same secret, such as what "
                "python -c 'import secrets; print(secrets.token_urlsafe(32))' prints."
            ),
            id="voicegather.E023",
        )
    ]


@register(TAG, Tags.security, deploy=True)
@needs_settings
def check_links(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Messages lead to an incident's page where the site knows its own address."""
    if not fit("ALERT_EMAILS", "ALERT_WEBHOOKS", "PUBLIC_URL") or conf.get("PUBLIC_URL"):
        return []
    if not (
        conf.get("ALERT_EMAILS") or conf.get("ALERT_EMAIL_GROUP") or conf.get("ALERT_WEBHOOKS")
    ):
        return []
    return [
        Warning(
            "Alerts are sent without a link to the incident.",
            hint="Set VOICEGATHER['PUBLIC_URL'], such as https://www.example.com.",
            id="voicegather.W016",
        )
    ]


@register(TAG)
@needs_settings
def check_library(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Metrics that are asked for, and the library that writes them."""
    asked = conf.get("METRICS_TOKEN") or conf.get("METRICS_NETWORKS")
    if not asked or find_spec("prometheus_client"):
        return []
    return [
        Warning(
            "Metrics are turned on, and prometheus-client is not installed: there are none.",
            hint="pip install 'voicegather[metrics]'",
            id="voicegather.W017",
        )
    ]
