"""Where messages go: addresses and webhooks of the settings, named without what is secret."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.models import AlertDelivery

Channel = AlertDelivery.Channel


@dataclass(frozen=True, slots=True)
class Place:
    """`target` finds it in the settings again; `shown` is for people."""

    channel: AlertDelivery.Channel
    target: str
    shown: str


def places() -> list[Place]:
    """Where the settings want alerts sent."""
    return list(_places())


def addresses() -> list[str]:
    """The e-mail addresses of the settings, and of the active members of their group; each once."""
    found = [str(each) for each in conf.get("ALERT_EMAILS")]
    group = conf.get("ALERT_EMAIL_GROUP")
    if group:
        users = get_user_model()._default_manager.filter(groups__name=group, is_active=True)
        field = get_user_model().get_email_field_name()
        found += users.exclude(**{field: ""}).order_by("pk").values_list(field, flat=True)
    return list(dict.fromkeys(found))


def webhook_url(target: str) -> str:
    """The webhook of this name, "" where the settings do not have it any more."""
    return next((url for url in conf.get("ALERT_WEBHOOKS") if _name(url) == target), "")


def _places() -> Iterator[Place]:
    if conf.get("ALERT_EMAILS") or conf.get("ALERT_EMAIL_GROUP"):
        yield Place(Channel.EMAIL, "", _shown_addresses())
    for url in dict.fromkeys(conf.get("ALERT_WEBHOOKS")):
        # The path and the query of a webhook may be what lets somebody in.
        yield Place(Channel.WEBHOOK, _name(url), urlsplit(url).netloc.rpartition("@")[2])


def _shown_addresses() -> str:
    parts = [str(each) for each in conf.get("ALERT_EMAILS")]
    if group := conf.get("ALERT_EMAIL_GROUP"):
        parts.append(_("members of %s") % group)
    return ", ".join(parts)[:255]


def _name(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()
