"""An access request on record, before anything is gathered."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.models import AccessRequest
from voicegather.selectors.entries import Sight, sight_of
from voicegather.services import jobs, moments
from voicegather.services.erasing import Subject, SubjectError
from voicegather.services.erasing.asking import proper_reason
from voicegather.services.erasing.scope import calls_of
from voicegather.services.menus.journal import note_addition


class AccessError(SubjectError):
    """Nothing is gathered; the message says why."""


def gather_subject(
    subject: Subject, *, sight: Sight, reason: str, author: AbstractBaseUser
) -> AccessRequest:
    """Have all that is held of the subject gathered in the background. Raises SubjectError."""
    request = prepare_request(subject, sight=sight, reason=reason, author=author)
    jobs.start(request)
    return request


@transaction.atomic
def prepare_request(
    subject: Subject, *, sight: Sight, reason: str, author: AbstractBaseUser | None
) -> AccessRequest:
    """A request on record that whoever asks starts by themselves. Raises SubjectError."""
    if sight is Sight.REVEALED and author is not None and sight_of(author) is not Sight.REVEALED:
        raise AccessError(_("You may not gather sensitive values: leave them masked."))
    if not calls_of(subject).exists():
        raise AccessError(_("No call of this caller is held: there is nothing to gather."))
    request = AccessRequest.objects.create(
        owner_id=author.pk if author else None,
        reason=proper_reason(reason, subject),
        reveals=sight is Sight.REVEALED,
        sealed_subject=subject.sealed(),
        subject_hash=subject.hashes()[0],
        as_of=moments.now(),
    )
    note_addition(author=author, of=request, message=_("Asked for."))
    return request
