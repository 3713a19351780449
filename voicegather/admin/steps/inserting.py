"""A new step that is put behind another, as the diagram's plus signs ask for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from voicegather.admin.teams import in_own_teams
from voicegather.models import Step
from voicegather.services.menus.inserting import insert_after

#: In the address of a new step's form: the step behind which it comes.
AFTER = "after"
#: What such a step is, unless its form says otherwise.
NEXT_KIND = "message"
_MOST_DIGITS = 18


def may_insert(request: HttpRequest) -> bool:
    """Whether the user may change where a step leads."""
    may = request.user.has_perm
    return may("voicegather.change_step") and may("voicegather.add_choice")


def insert_as_asked(request: HttpRequest, step: Step) -> None:
    """Put the new step behind the one in the address, if there is one that the user may change."""
    asked = request.GET.get(AFTER, "")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _MOST_DIGITS):
        return
    found = in_own_teams(request, Step.objects.filter(pk=asked, menu=step.menu_id)).first()
    if found is None or not may_insert(request):
        return
    taken_by = insert_after(found, step)
    if taken_by:
        facts = {"from": found, "way": taken_by}
        messages.info(request, _("“%(from)s” leads to it: %(way)s.") % facts)
