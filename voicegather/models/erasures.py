from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voicegather.models.jobs import UNFINISHED, Job


class Erasure(Job):
    """All that is held of a caller, erased; once it is done, the receipt that it was.

    The caller stands in it, sealed, only until nothing is left to do.
    """

    class Scope(models.TextChoices):
        CALLER = "caller", _("Everything of a caller")
        CALL = "call", _("One call")

    scope = models.CharField(_("covers"), max_length=10, choices=Scope.choices)
    reason = models.TextField(_("reason"))
    #: Kept as a text: the receipt outlives the account.
    asked_by = models.CharField(_("asked for by"), max_length=150, blank=True)
    #: ``{"party": …, "number": …, "call": …}``; null when all is done.
    sealed_subject = models.BinaryField(null=True, editable=False)
    #: A keyed hash of the number, which tells whether a number was erased without holding it.
    subject_hash = models.CharField(max_length=64, db_index=True, editable=False)
    #: Calls that began later are not covered.
    as_of = models.DateTimeField(_("calls until"), default=timezone.now)
    #: The ids of the calls, see selectors.collected.packing: files that hold them are made anew.
    calls = models.BinaryField(default=b"", editable=False)
    counts: models.JSONField[Any, Any] = models.JSONField(_("counts"), default=dict)

    class Meta(Job.Meta):
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("erase_caller", "Can erase all that is held of a caller")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_hash"],
                condition=Q(state__in=[state.value for state in UNFINISHED]),
                name="voicegather_erasure_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class TelnyxDeletion(models.Model):
    """What Telnyx still keeps of an erased call, and has to delete. Gone once it has."""

    class What(models.TextChoices):
        #: All recordings of a leg, known to us or not; by its `call_leg_id`.
        LEG = "leg", _("Recordings of a call")
        RECORDING = "recording", _("Recording")
        TRANSCRIPTION = "transcription", _("Transcription")
        CONVERSATION = "conversation", _("Conversation")

    erasure = models.ForeignKey(
        Erasure,
        verbose_name=_("erasure"),
        on_delete=models.CASCADE,
        related_name="at_telnyx",
        db_index=False,  # voicegather_deletion_once serves it.
    )
    connection = models.CharField(_("connection"), max_length=60)
    what = models.CharField(_("what"), max_length=15, choices=What.choices)
    external_id = models.CharField(_("Telnyx id"), max_length=255)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    trouble = models.CharField(_("what went wrong"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("deletion at Telnyx")
        verbose_name_plural = _("deletions at Telnyx")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["erasure", "what", "external_id"], name="voicegather_deletion_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.external_id}"
