"""Who did what to a menu, in the site's own admin log."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model

# The admin's own numbers: its models cannot be imported where the admin is not installed.
ADDITION, CHANGE, DELETION = 1, 2, 3


def note_addition(*, author: AbstractBaseUser | None, of: Model, message: str) -> None:
    """Write a LogEntry that `author` added `of`; nothing without an author or without the admin."""
    _note(author, of, message, ADDITION)


def note_change(*, author: AbstractBaseUser | None, of: Model, message: str) -> None:
    """Write a LogEntry that `author` changed `of`; nothing without an author or the admin."""
    _note(author, of, message, CHANGE)


def note_deletion(*, author: AbstractBaseUser | None, of: Model, message: str) -> None:
    """Write a LogEntry that `author` deletes `of`; call it before. Nothing without an author."""
    _note(author, of, message, DELETION)


def _note(author: AbstractBaseUser | None, of: Model, message: str, flag: int) -> None:
    if author is None or not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib.admin.models import LogEntry

    LogEntry.objects.log_actions(
        user_id=author.pk,
        queryset=[of],
        action_flag=flag,
        change_message=message,
        single_object=True,
    )
