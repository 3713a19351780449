"""Our phone numbers written outside the admin's forms, by the model's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from voicegather.models import PhoneNumber
from voicegather.services.inputs import InputError, InputProblem, problems_of
from voicegather.services.menus.journal import note_addition, note_change, note_deletion
from voicegather.services.telephones import NumberError, read_number


@transaction.atomic
def write_number(
    number: PhoneNumber, *, columns: Mapping[str, Any], author: AbstractBaseUser | None = None
) -> PhoneNumber:
    """Store `number`, new or not, with `columns` set on it.

    Raises InputError with every problem; nothing changes then.
    """
    is_new = number.pk is None
    columns = dict(columns)
    if "number" in columns and columns["number"] != number.number:
        try:
            columns["number"] = read_number(columns["number"])
        except NumberError as problem:
            raise InputError([InputProblem(("number",), str(problem))]) from None
    for name, value in columns.items():
        setattr(number, name, value)
    problems = problems_of(number)
    if problems:
        raise InputError(problems)
    try:
        with transaction.atomic():
            number.save()
    except IntegrityError:
        message = _("Somebody wrote the same at this moment: read it, and try again.")
        raise InputError([InputProblem((), message)]) from None
    note = note_addition if is_new else note_change
    note(author=author, of=number, message=_("Written as a whole."))
    return number


@transaction.atomic
def delete_number(number: PhoneNumber, *, author: AbstractBaseUser | None = None) -> None:
    """Remove the number. Calls to it stay, and tell what was called."""
    note_deletion(author=author, of=number, message=_("Deleted."))
    number.delete()
