from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voicegather.models.jobs import Job
from voicegather.models.results import GatherResult


class BatchAct(models.TextChoices):
    """What is done to many results at once."""

    ACCEPT = "accept", _("Accept")
    REJECT = "reject", _("Reject")
    REOPEN = "reopen", _("Reopen")
    #: Puts back what stood before another batch.
    UNDO = "undo", _("Undo")


class ReviewBatch(Job):
    """Many results accepted, rejected or reopened at once; each leaves a review of its own.

    What it is of was fixed when it was asked for: ids of results, and the last review there was.
    A result about which somebody decided since is passed over.
    """

    act = models.CharField(_("act"), max_length=10, choices=BatchAct.choices)
    note = models.TextField(_("note"), blank=True)
    #: Ids of results as selectors.collected.packing packs them.
    chosen = models.BinaryField(editable=False)
    last_review = models.BigIntegerField(default=0, editable=False)
    #: The last of them that was dealt with; the next worker goes on behind it.
    reached = models.BigIntegerField(default=0, editable=False)
    decided = models.PositiveIntegerField(_("decided"), default=0)
    passed_over = models.PositiveIntegerField(_("passed over"), default=0)
    undoes: models.OneToOneField[Any, Any] = models.OneToOneField(
        "self",
        verbose_name=_("undoes"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="undone_by",
    )

    class Meta(Job.Meta):
        verbose_name = _("bulk review")
        verbose_name_plural = _("bulk reviews")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [*Job.Meta.indexes]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.pk}"


class ReviewClaim(models.Model):
    """Somebody looks at a result in the queue, for a while: others are shown other ones."""

    result = models.OneToOneField(
        GatherResult, verbose_name=_("result"), on_delete=models.CASCADE, related_name="claim"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("claim of a result")
        verbose_name_plural = _("claims of results")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.result_id}"
