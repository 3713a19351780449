"""The note in the site's log that somebody was shown what is sensitive."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.db.models import Model
from django.utils.translation import gettext as _

log = logging.getLogger("voicegather.revealing")

#: Whoever looks again within this time, such as by polling, leaves no second note.
NOTED_SECONDS = 3600


def note_revealed(*, user: AbstractBaseUser, rows: Sequence[Model]) -> None:
    """Leave a LogEntry that `user` was shown what is sensitive in each of `rows`.

    Nothing where the site has no admin. As far as the site's cache remembers, each is noted once
    an hour; where it does not answer, each time.
    """
    if not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib.admin.models import CHANGE, LogEntry

    keys = {f"voicegather-revealed-{user.pk}-{row._meta.label}-{row.pk}": row for row in rows}
    noted = _remembered(keys)
    new = {key: row for key, row in keys.items() if key not in noted}
    if not new:
        return
    LogEntry.objects.log_actions(
        user_id=user.pk,
        queryset=list(new.values()),
        action_flag=CHANGE,
        change_message=_("Revealed what is sensitive, over the API."),
    )
    _remember(new)


def _remembered(keys: Iterable[str]) -> set[str]:
    try:
        return set(cache.get_many(keys))
    except Exception as problem:
        # Each kind of cache raises errors of its own.
        _warn(problem)
        return set()


def _remember(keys: Iterable[str]) -> None:
    try:
        cache.set_many(dict.fromkeys(keys, True), NOTED_SECONDS)
    except Exception as problem:
        _warn(problem)


def _warn(problem: Exception) -> None:
    log.warning("what was revealed is not remembered: the cache raised %s", type(problem).__name__)
