"""Legal holds: a call that must be kept, whatever retention and erasures want."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models import Call, LegalHold
from voicegather.provider.inbox import storable
from voicegather.selectors.holds import open_holds
from voicegather.services import moments
from voicegather.services.menus.journal import note_change

LONGEST_REASON = 2000


class HoldError(VoicegatherError):
    """A hold cannot be made or released; the message says why."""


@transaction.atomic
def hold_call(call: Call, *, reason: str, author: AbstractBaseUser) -> LegalHold:
    """Put the call under legal hold. Raises HoldError without a reason, and where it is held."""
    _lock(call)
    if open_holds().filter(call=call).exists():
        raise HoldError(_("This call is under legal hold already."))
    hold = LegalHold.objects.create(
        call=call, reason=_reason(reason), held_by_id=author.pk, held_at=moments.now()
    )
    note_change(author=author, of=call, message=_("Put under legal hold."))
    return hold


@transaction.atomic
def release_hold(call: Call, *, reason: str, author: AbstractBaseUser) -> None:
    """Release the call: retention and erasures may take it again. Raises HoldError."""
    _lock(call)
    told = _reason(reason)
    released = open_holds().filter(call=call)
    columns = {"released_at": moments.now(), "released_by": author.pk, "release_reason": told}
    if not released.update(**columns):
        raise HoldError(_("This call is under no legal hold: somebody released it meanwhile."))
    note_change(author=author, of=call, message=_("Released from legal hold."))


def _lock(call: Call) -> None:
    """Whoever deletes calls locks them and looks for holds after: one of us waits for the other."""
    if Call.objects.select_for_update().filter(pk=call.pk).first() is None:
        raise HoldError(_("This call is gone: it was deleted meanwhile."))


def _reason(text: str) -> str:
    reason = storable(text).strip()
    if not reason:
        raise HoldError(_("Say why: whoever looks at this later needs to know."))
    if len(reason) > LONGEST_REASON:
        raise HoldError(_("Say it in at most %s characters.") % LONGEST_REASON)
    return reason
