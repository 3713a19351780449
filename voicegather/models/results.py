from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from voicegather.engine.facts import AttemptOutcome, AttemptPurpose
from voicegather.engine.graph import Sensitivity
from voicegather.models.calls import Call
from voicegather.models.choices import choices_of
from voicegather.models.menus import Menu, MenuVersion


class StepVisit(models.Model):
    """A caller entered a step, and left it by an exit."""

    call = models.ForeignKey(
        Call,
        verbose_name=_("call"),
        on_delete=models.CASCADE,
        related_name="visits",
        db_index=False,  # voicegather_visit_number serves it.
    )
    number = models.PositiveIntegerField(_("number"))
    version = models.ForeignKey(
        MenuVersion,
        verbose_name=_("version"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    step_key = models.CharField(_("step"), max_length=50)
    language = models.CharField(_("language"), max_length=15, blank=True)
    entered_at = models.DateTimeField(_("entered"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    exit = models.CharField(_("exit"), max_length=128, blank=True)

    class Meta:
        verbose_name = _("step visit")
        verbose_name_plural = _("step visits")
        ordering = ["call", "number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="voicegather_visit_number")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.step_key}"


class GatherAttempt(models.Model):
    """One attempt at a gather. What was entered is sealed, whatever the step's sensitivity."""

    visit = models.ForeignKey(
        StepVisit,
        verbose_name=_("visit"),
        on_delete=models.CASCADE,
        related_name="attempts",
        db_index=False,  # voicegather_attempt_number serves it.
    )
    number = models.PositiveIntegerField(_("number"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=choices_of(AttemptPurpose))
    #: The gather's command, null for an entry typed ahead of the prompt.
    seq = models.PositiveIntegerField(_("command"), null=True, blank=True)
    prompt = models.CharField(_("prompt"), max_length=50, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=choices_of(AttemptOutcome), blank=True
    )
    status = models.CharField(_("Telnyx status"), max_length=30, blank=True)
    sealed_digits = models.BinaryField(null=True, editable=False)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("took (ms)"), null=True, blank=True)

    class Meta:
        verbose_name = _("gather attempt")
        verbose_name_plural = _("gather attempts")
        ordering = ["visit", "number"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "number"], name="voicegather_attempt_number")
        ]

    def __str__(self) -> str:
        return f"{self.visit} #{self.number}"


class ReviewState(models.TextChoices):
    """What reviewers have made of a result so far."""

    UNREVIEWED = "unreviewed", _("Unreviewed")
    ACCEPTED = "accepted", _("Accepted")
    CORRECTED = "corrected", _("Corrected")
    REJECTED = "rejected", _("Rejected")


class GatherResult(models.Model):
    """What a visit yielded in one field: reviewed and exported.

    `raw` and `value` are plain for a normal step; where either is longer than its column, the
    column has its beginning. A masked step shows its last characters in `value`, a secret one
    nothing; all of these keep the whole entry in `sealed` only.
    """

    call = models.ForeignKey(
        Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="results"
    )
    visit = models.ForeignKey(
        StepVisit,
        verbose_name=_("visit"),
        on_delete=models.CASCADE,
        related_name="results",
        db_index=False,  # voicegather_result_field serves it.
    )
    menu = models.ForeignKey(
        Menu,
        verbose_name=_("menu"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="results",
        db_index=False,  # voicegather_result_menu serves it.
    )
    step_key = models.CharField(_("step"), max_length=50)
    field = models.CharField(_("field"), max_length=50)
    sensitivity = models.CharField(_("sensitivity"), max_length=10, choices=choices_of(Sensitivity))
    outcome = models.CharField(_("outcome"), max_length=10, choices=choices_of(AttemptOutcome))
    raw = models.CharField(_("as entered"), max_length=255, blank=True)
    value = models.CharField(_("value"), max_length=255, blank=True)
    choice = models.CharField(_("choice"), max_length=128, blank=True)
    #: ``{"raw": …, "value": …}`` of a masked or secret step, or of a long entry.
    sealed = models.BinaryField(null=True, editable=False)
    gathered_at = models.DateTimeField(_("gathered"))
    #: What the newest review says, so that an index can tell; only services.reviews writes it.
    review_state = models.CharField(
        _("review"),
        max_length=10,
        choices=ReviewState.choices,
        default=ReviewState.UNREVIEWED,
        db_default=ReviewState.UNREVIEWED,
    )

    class Meta:
        verbose_name = _("gather result")
        verbose_name_plural = _("gather results")
        ordering = ["-gathered_at", "-pk"]
        permissions = [
            ("export_gatherresult", "Can export gather results"),
            ("reveal_sensitive", "Can reveal sensitive values"),
            ("review_gatherresult", "Can review gather results"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["visit", "field"], name="voicegather_result_field")
        ]
        indexes = [
            models.Index(fields=["-gathered_at", "-id"], name="voicegather_result_recent"),
            models.Index(fields=["menu", "-gathered_at"], name="voicegather_result_menu"),
            models.Index(fields=["step_key", "-gathered_at"], name="voicegather_result_step"),
            models.Index(fields=["outcome", "-gathered_at"], name="voicegather_result_outcome"),
            models.Index(
                fields=["review_state", "-gathered_at", "-id"], name="voicegather_result_review"
            ),
            # Values begin so: with this operator class PostgreSQL finds it in any collation.
            models.Index(
                fields=["value"], opclasses=["varchar_pattern_ops"], name="voicegather_result_like"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_key}.{self.field}"


class ResultReview(models.Model):
    """What a member of staff decided about a result. Append-only: the newest counts.

    Of a sensitive step `value` shows of a correction what the step shows of entries; the whole is
    in `sealed`.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        CORRECTED = "corrected", _("Corrected")
        REJECTED = "rejected", _("Rejected")
        #: Whatever was decided before was undone: the result waits for a review again.
        REOPENED = "reopened", _("Reopened")

    result = models.ForeignKey(
        GatherResult, verbose_name=_("result"), on_delete=models.CASCADE, related_name="reviews"
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices)
    value = models.CharField(_("corrected value"), max_length=255, blank=True)
    sealed = models.BinaryField(null=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("reviewed"), auto_now_add=True)
    #: What it was done with at one stroke, null where it was done alone.
    batch = models.ForeignKey(
        "voicegather.ReviewBatch",
        verbose_name=_("bulk review"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviews",
    )

    class Meta:
        verbose_name = _("result review")
        verbose_name_plural = _("result reviews")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.get_decision_display())
