from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from voicegather.models.menus import Menu, MenuVersion


class PlanState(models.TextChoices):
    ASKED = "asked", _("Waits for approval")
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Published")
    REFUSED = "refused", _("Not published")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_PLANS = (PlanState.ASKED, PlanState.PLANNED)
#: Whoever works on the menu is told of these until somebody has seen them.
BAD_ENDS = (PlanState.REFUSED, PlanState.DECLINED)


class PublishingPlan(models.Model):
    """A menu to be made live later, or once another publisher approves: exactly what was seen.

    Rows are never changed back: who asked, who approved and what became of it stay for audits.
    """

    menu = models.ForeignKey(
        Menu, verbose_name=_("menu"), on_delete=models.CASCADE, related_name="plans"
    )
    #: An earlier version that is to be live again; null is the draft.
    version = models.ForeignKey(
        MenuVersion,
        verbose_name=_("version"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    #: The id of the version that was live when an earlier one was chosen; 0 if none was.
    expected_live = models.BigIntegerField(null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=PlanState.choices)
    publish_at = models.DateTimeField(
        _("publish at"), null=True, blank=True, help_text=_("Empty: as soon as it is approved.")
    )
    note = models.TextField(_("note"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    reason = models.TextField(_("why not"), blank=True)
    settled_at = models.DateTimeField(_("seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("publishing plan")
        verbose_name_plural = _("publishing plans")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["menu"],
                condition=Q(state__in=[state.value for state in OPEN_PLANS]),
                name="voicegather_one_open_plan",
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True)
                | Q(author__isnull=True)
                | ~Q(approver=F("author")),
                name="voicegather_plan_two_people",
            ),
        ]
        indexes = [
            models.Index(
                "publish_at",
                condition=Q(state=PlanState.PLANNED.value),
                name="voicegather_plan_due",
            ),
            models.Index(
                "menu",
                condition=Q(state__in=[state.value for state in BAD_ENDS], settled_at__isnull=True),
                name="voicegather_plan_unseen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.menu}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_PLANS

    @property
    def is_approved(self) -> bool:
        return self.approver_id is not None and self.approver_id != self.author_id
