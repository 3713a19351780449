"""Who may read what is sensitive in calls and conversations, and the note that they did."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from voicegather.engine.graph import Sensitivity
from voicegather.exceptions import UnsealError
from voicegather.models import Call, Conversation, Turn
from voicegather.sealing import unseal
from voicegather.selectors.entries import Sight, sight_of
from voicegather.services.display import MASK

REVEAL = "voicegather.reveal_sensitive"
#: In the session: the calls whose revealing has been noted.
_NOTED = "voicegather_revealed"
#: Of them the newest are remembered: some sites keep sessions in cookies, which hold little.
MOST_NOTED = 100


def sight_asked_for(request: HttpRequest, call: Call) -> Sight:
    """Masked, unless the address asks to ``reveal`` and the user may; which is noted once."""
    if "reveal" not in request.GET or sight_of(request.user) is not Sight.REVEALED:
        return Sight.MASKED
    noted = request.session.get(_NOTED, [])
    if call.pk not in noted:
        request.session[_NOTED] = [*noted, call.pk][-MOST_NOTED:]
        _note(request.user, call, _("Revealed what is sensitive in the call."))
    return Sight.REVEALED


def may_read(user: Any, conversation: Conversation) -> bool:
    """Whether `user` may see the words of a conversation, masked and secret ones too."""
    return conversation.sensitivity == Sensitivity.NORMAL or user.has_perm(REVEAL)


def read_content(turn: Turn, *, is_shown: bool) -> str:
    """The words of a turn, a mask, or why they cannot be read."""
    if not is_shown:
        return MASK
    try:
        return str(unseal(turn.sealed_content))
    except UnsealError as problem:
        return str(problem)


def note_reading(user: Any, conversation: Conversation) -> None:
    """Leave a LogEntry where sensitive words were shown to `user`; ordinary ones leave none."""
    if conversation.sensitivity != Sensitivity.NORMAL and user.has_perm(REVEAL):
        _note(user, conversation, _("Read a sensitive transcript."))


def _note(user: Any, of: Model, message: str) -> None:
    LogEntry.objects.log_actions(
        user_id=user.pk,
        queryset=[of],
        action_flag=CHANGE,
        change_message=message,
        single_object=True,
    )
