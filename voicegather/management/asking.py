"""What commands about callers ask: a number belongs into no list of processes and no history."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser

from voicegather.services.erasing import Subject, SubjectError, read_subject


def add_user_argument(parser: CommandParser) -> None:
    parser.add_argument("--user", required=True, metavar="NAME", help="Whose name goes on record.")
    parser.add_argument("--reason", required=True, help="Why; the record keeps it.")


def user_with(name: str, permission: str) -> Any:
    """The user, who must have the permission. Raises CommandError."""
    model = get_user_model()
    user = model._default_manager.filter(**{model.USERNAME_FIELD: name}).first()
    if user is None or not user.is_active:
        raise CommandError(f"There is no active user {name!r}.")
    if not user.has_perm(permission):
        raise CommandError(f"{name} lacks the permission {permission}.")
    return user


def asked_subject() -> Subject:
    """The caller, typed or piped in. Raises CommandError."""
    try:
        return read_subject(input("Caller (a number such as +13125550101): "))
    except (SubjectError, EOFError) as problem:
        raise CommandError(str(problem) or "No caller was given.") from None
