from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from voicegather.models.jobs import Job
from voicegather.models.menus import Menu, MenuVersion
from voicegather.models.numbers import PhoneNumber


class Replay(Job):
    """Past calls of a menu, run again on its draft as it stood then: what would go another way.

    It holds numbers of calls, ids and names of steps; nothing of what callers entered.
    """

    menu = models.ForeignKey(
        Menu,
        verbose_name=_("menu"),
        on_delete=models.CASCADE,
        related_name="replays",
        db_index=False,  # voicegather_replay_menu serves it.
    )
    #: The draft, as it was compiled when the replay was asked for.
    document: models.JSONField[Any, Any] = models.JSONField(_("document"), editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    #: Which calls: the newest `most` that match.
    version = models.ForeignKey(
        MenuVersion,
        verbose_name=_("version"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    number = models.ForeignKey(
        PhoneNumber,
        verbose_name=_("number"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    first_day = models.DateField(_("from"), null=True, blank=True)
    last_day = models.DateField(_("to"), null=True, blank=True)
    most = models.PositiveIntegerField(_("at most"), default=10_000)

    #: What came of them.
    same = models.PositiveIntegerField(_("same way"), default=0)
    other = models.PositiveIntegerField(_("another way"), default=0)
    asking = models.PositiveIntegerField(_("asked something new"), default=0)
    elsewhere = models.PositiveIntegerField(_("end in another step"), default=0)
    #: How many cannot be replayed, by reason; and the groups of those that go another way.
    reasons: models.JSONField[Any, Any] = models.JSONField(_("reasons"), default=dict)
    groups: models.JSONField[Any, Any] = models.JSONField(_("groups"), default=list)

    class Meta(Job.Meta):
        verbose_name = _("replay")
        verbose_name_plural = _("replays")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["menu", "-created_at"], name="voicegather_replay_menu"),
        ]

    def __str__(self) -> str:
        return f"{self.menu} {self.pk}"

    @property
    def differing(self) -> int:
        """How many calls would go another way, to their end or to a new question."""
        return self.other + self.asking

    @property
    def replayed(self) -> int:
        """How many calls were looked at and could be replayed."""
        return self.same + self.differing

    @property
    def unreplayable(self) -> int:
        return sum(self.reasons.values())
