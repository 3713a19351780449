"""An erasure asked for: refused for what is in its way, else on record before anything goes."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from voicegather.models import Erasure
from voicegather.models.jobs import UNFINISHED, JobState
from voicegather.provider.inbox import storable
from voicegather.selectors.holds import open_holds, who_releases
from voicegather.services import jobs, moments
from voicegather.services.erasing.scope import calls_of
from voicegather.services.erasing.subject import Subject, SubjectError, redacted
from voicegather.services.menus.journal import note_addition

LONGEST_REASON = 2000
#: Of calls under hold, so many are named.
MOST_NAMED = 10


class ErasureError(SubjectError):
    """It is not erased, and nothing has been; the message says what is in the way."""


def erase_caller(
    subject: Subject, *, confirmation: str, reason: str, author: AbstractBaseUser
) -> Erasure:
    """Have all that is held of the subject erased in the background. Raises ErasureError.

    `confirmation` is what somebody typed to say that they mean it: `subject.confirmation`.
    """
    erasure = prepare_erasure(subject, confirmation=confirmation, reason=reason, author=author)
    jobs.start(erasure)
    return erasure


def prepare_erasure(
    subject: Subject, *, confirmation: str, reason: str, author: AbstractBaseUser | None
) -> Erasure:
    """An erasure on record that whoever asks starts by themselves. Raises ErasureError."""
    if confirmation.strip() != subject.confirmation:
        told = _("Type the last %d characters of the caller, as they are shown.")
        if subject.call:
            raise ErasureError(_("Type the number of the call, as it is shown."))
        raise ErasureError(told % len(subject.confirmation))
    refuse_held(subject)
    scope = Erasure.Scope.CALL if subject.call else Erasure.Scope.CALLER
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(
                owner_id=author.pk if author else None,
                asked_by=author.get_username()[:150] if author else "",
                scope=scope,
                reason=proper_reason(reason, subject),
                sealed_subject=subject.sealed(),
                subject_hash=subject.hashes()[0],
                as_of=moments.now(),
            )
            note_addition(author=author, of=erasure, message=_("Asked for."))
    except IntegrityError:
        raise ErasureError(
            _("This caller is being erased already: see %s.") % _open(subject)
        ) from None
    return erasure


def refuse_held(subject: Subject) -> None:
    """Raises ErasureError where a call of the subject is under legal hold."""
    held = calls_of(subject).filter(pk__in=open_holds().values("call")).order_by("pk")
    pks = list(held.values_list("pk", flat=True)[: MOST_NAMED + 1])
    if not pks:
        return
    names = ", ".join(f"#{pk}" for pk in pks[:MOST_NAMED]) + (" …" if len(pks) > MOST_NAMED else "")
    told = _("Under legal hold: call %(calls)s. Nothing was erased. %(who)s")
    raise ErasureError(told % {"calls": names, "who": who_releases()})


def close_without_telnyx(erasure: Erasure, *, author: AbstractBaseUser) -> None:
    """End an erasure although Telnyx has not deleted all; the receipt says so. Raises ErasureError.

    For accounts that are closed, and copies that were deleted in Telnyx's portal.
    """
    waits = Erasure.objects.filter(pk=erasure.pk, state=JobState.WAITING)
    with transaction.atomic():
        locked = waits.select_for_update().first()
        left = locked.at_telnyx.count() if locked else 0
        if locked is None or not left:
            raise ErasureError(_("It does not wait for Telnyx now: reload the page."))
        locked.counts["left_at_telnyx"] = left
        locked.at_telnyx.all().delete()
        waits.update(counts=locked.counts, not_before=moments.now())
        note_addition(author=author, of=locked, message=_("Closed without Telnyx."))
        jobs.start(locked)


def proper_reason(text: str, subject: Subject) -> str:
    """The reason without the caller in it: it is kept when they are not. Raises ErasureError."""
    reason = storable(text).strip()
    if not reason:
        raise ErasureError(_("Say why: the receipt keeps it. Leave out who asked."))
    if len(reason) > LONGEST_REASON:
        raise ErasureError(_("Say it in at most %s characters.") % LONGEST_REASON)
    return str(redacted(reason, subject))


def _open(subject: Subject) -> str:
    found = Erasure.objects.filter(subject_hash__in=subject.hashes(), state__in=UNFINISHED)
    return str(found.first() or "")
