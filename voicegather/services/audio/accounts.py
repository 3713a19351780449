"""Which Telnyx accounts play the site's recordings."""

from __future__ import annotations

from voicegather import conf
from voicegather.models import PhoneNumber


def delivers_by_media() -> bool:
    """Whether recordings are played from Telnyx's media storage, and not from the site's."""
    return bool(conf.get("AUDIO_DELIVERY") == "media")


def accounts_in_use() -> tuple[str, ...]:
    """One connection's name for each account that has a key, and numbers that are answered.

    The default one counts always: calls are placed with it. Connections with the same credentials
    share an account, and its storage.
    """
    numbers = PhoneNumber.objects.filter(is_active=True)
    named = {"default", *numbers.order_by().values_list("connection", flat=True).distinct()}
    found: dict[tuple[str, str], str] = {}
    for name in conf.connection_names():
        credentials = conf.credentials(name)
        if name in named and credentials[0]:
            found.setdefault(credentials, name)
    return tuple(found.values())
