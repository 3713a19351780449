"""Which step callers come to first."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.models import Menu, Step
from voicegather.services.menus.journal import note_change


@transaction.atomic
def hand_over_entry(step: Step, *, author: AbstractBaseUser | None = None) -> Step | None:
    """Make room for `step`, which is about to be stored as its menu's entry.

    Returns the step that was the entry until now, None where there was no other.
    """
    Menu.objects.select_for_update().get(pk=step.menu_id)
    former = Step.objects.filter(menu=step.menu_id, is_entry=True).exclude(pk=step.pk).first()
    if former is None:
        return None
    former.is_entry = False
    former.save(update_fields=["is_entry"])
    message = _("“%(step)s” became the entry in its place.") % {"step": step}
    note_change(author=author, of=former, message=message)
    return former
