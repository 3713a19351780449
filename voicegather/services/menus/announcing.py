from __future__ import annotations

from functools import partial

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from voicegather import signals
from voicegather.models import Menu, MenuVersion


def announce_published(version: MenuVersion, author: AbstractBaseUser | None) -> None:
    """Send that this version is live, once that is committed; nothing where nobody listens."""
    if not signals.menu_published.has_listeners(Menu):
        return
    told = signals.MenuPublished(
        menu_id=version.menu_id,
        menu=version.menu.slug,
        version=version.number,
        sha256=version.sha256,
        author_id=author.pk if author else None,
    )
    transaction.on_commit(partial(signals.menu_published.send_robust, Menu, told=told))
