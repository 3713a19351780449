"""The site's own log of what was done with exports."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import apps

from voicegather.models import Export
from voicegather.selectors.teams import AnyUser
from voicegather.services.disclosures import Kind, Way, note_disclosure

log = logging.getLogger("voicegather.exports")


def note(export: Export, *, user: Any, what: str) -> None:
    """Leave a LogEntry; nothing but a log line where the site has no admin."""
    log.info("export %s, user %s: %s", export.pk, user, what.partition(":")[0])
    if not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib.admin.models import CHANGE, LogEntry

    LogEntry.objects.log_actions(
        user_id=user,
        queryset=[export],
        action_flag=CHANGE,
        change_message=what,
        single_object=True,
    )


def note_handed_over(export: Export, user: AnyUser) -> None:
    """Put on record that `user` is given sensitive values, where the file has them."""
    if export.reveals:
        note_disclosure(
            user=user, kind=Kind.EXPORT, rows=[export], way=Way.ADMIN, reason=export.reason
        )
