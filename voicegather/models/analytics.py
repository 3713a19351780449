from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from voicegather.models.jobs import Job
from voicegather.models.menus import Menu


class Rollup(Job):
    """Counting calls for analytics: one row, which runs again whenever calls have changed.

    From `next_hour` up to `last_hour` calls are counted that were there before counting began, or
    that ``voicegather_rollup --background`` asks for; both null: none wait.
    """

    name = models.CharField(max_length=20, unique=True, default="rollup", editable=False)
    next_hour = models.DateTimeField(null=True, blank=True, editable=False)
    last_hour = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Job.Meta):
        verbose_name = _("counting of calls")
        verbose_name_plural = _("counting of calls")

    def __str__(self) -> str:
        return self.name


class HourCounts(models.Model):
    """What the calls that began in one hour came to, of all menus.

    An hour begins where the clocks of the site's zone show a full one. Days are put together of
    hours, so that a call that changes has one hour counted again.
    """

    starts_at = models.DateTimeField(_("begins"), unique=True)
    #: The ids of the calls that are in these counts, packed: none is counted twice.
    counted_calls = models.BinaryField(default=bytes, editable=False)
    #: ``{menu's id: {version's number: MenuCounts}}``, see services/analytics/counts.py.
    document = models.JSONField(default=dict, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, blank=True)

    class Meta:
        verbose_name = _("counts of an hour")
        verbose_name_plural = _("counts of hours")
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return self.starts_at.isoformat()


class CountedDay(models.Model):
    """A day of the site's zone whose hours were put together; locked while they are."""

    day = models.DateField(_("day"), unique=True)
    counted_at = models.DateTimeField(_("counted"), null=True, blank=True)

    class Meta:
        verbose_name = _("counted day")
        verbose_name_plural = _("counted days")
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class MenuDay(models.Model):
    """The calls of one day that came to a menu, by the version that they entered first.

    `version` is the version's number, 0 for calls that entered none of its steps. docs/analytics.md
    says what each number counts.
    """

    day = models.DateField(_("day"))
    menu = models.ForeignKey(
        Menu, verbose_name=_("menu"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(_("version"))
    calls = models.PositiveIntegerField(_("calls"), default=0)
    entered = models.PositiveIntegerField(_("entered"), default=0)
    #: Of those that entered, whose version has a step marked as success, or that reached one.
    judged = models.PositiveIntegerField(_("judged"), default=0)
    contained = models.PositiveIntegerField(_("contained"), default=0)
    transferred = models.PositiveIntegerField(_("transferred"), default=0)
    dropped = models.PositiveIntegerField(_("dropped"), default=0)

    class Meta:
        verbose_name = _("calls of a day")
        verbose_name_plural = _("calls of days")
        ordering = ["day", "menu", "version"]
        constraints = [
            models.UniqueConstraint(fields=["menu", "day", "version"], name="voicegather_menu_day")
        ]
        indexes = [models.Index(fields=["day"], name="voicegather_menu_day_day")]

    def __str__(self) -> str:
        return f"{self.menu_id} {self.day} v{self.version}"


class StepDay(models.Model):
    """What happened in a step on one day."""

    day = models.DateField(_("day"))
    menu = models.ForeignKey(
        Menu, verbose_name=_("menu"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(_("version"))
    step_key = models.CharField(_("step"), max_length=50)
    visits = models.PositiveIntegerField(_("visits"), default=0)
    calls = models.PositiveIntegerField(_("calls"), default=0)
    ended = models.PositiveIntegerField(_("calls that ended here"), default=0)
    dropped = models.PositiveIntegerField(_("dropped"), default=0)
    #: Attempts at gathers by outcome.
    valid = models.PositiveIntegerField(_("valid entries"), default=0)
    invalid = models.PositiveIntegerField(_("wrong entries"), default=0)
    no_input = models.PositiveIntegerField(_("silences"), default=0)
    other = models.PositiveIntegerField(_("other attempts"), default=0)
    #: ``{bin: visits}`` of services/analytics/durations.py.
    durations = models.JSONField(default=dict, editable=False)
    #: ``[[exit, next step or "", visits], …]``.
    ways = models.JSONField(default=list, editable=False)
    #: ``{choice: results}``: what the menu offers, never what callers made up.
    chosen = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("step of a day")
        verbose_name_plural = _("steps of days")
        ordering = ["day", "menu", "version", "step_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["menu", "day", "version", "step_key"], name="voicegather_step_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.menu_id} {self.day} v{self.version} {self.step_key}"
