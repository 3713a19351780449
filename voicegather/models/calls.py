from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voicegather.engine.events import AnsweredBy
from voicegather.engine.facts import CallOutcome
from voicegather.engine.state import Phase
from voicegather.models.choices import choices_of
from voicegather.models.diversions import Diversion
from voicegather.models.menus import Menu, MenuVersion
from voicegather.models.numbers import PhoneNumber


class Direction(models.TextChoices):
    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")


class LegRole(models.TextChoices):
    CALLER = "caller", _("Caller")
    TARGET = "target", _("Target")


class Call(models.Model):
    """One caller's passage through a menu: the unit of locking and of the engine."""

    #: Names the call in every command's client state; not a secret.
    token = models.CharField(_("token"), max_length=32, unique=True)
    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction.choices, default=Direction.INBOUND
    )
    number = models.ForeignKey(
        PhoneNumber,
        verbose_name=_("number"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="calls",
    )
    menu = models.ForeignKey(
        Menu,
        verbose_name=_("menu"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="calls",
        db_index=False,  # voicegather_call_menu serves it.
    )
    version = models.ForeignKey(
        MenuVersion,
        verbose_name=_("version"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="calls",
    )
    #: Why another menu than the number's answered. Without a constraint and an index of its own:
    #: diversions are never deleted, and nobody looks for calls by them.
    diversion = models.ForeignKey(
        Diversion,
        verbose_name=_("diversion"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    connection = models.CharField(_("connection"), max_length=60, default="default")
    caller = models.CharField(_("caller"), max_length=255, blank=True)
    caller_e164 = models.CharField(_("caller (E.164)"), max_length=16, null=True, blank=True)
    called = models.CharField(_("called"), max_length=255, blank=True)
    called_e164 = models.CharField(_("called (E.164)"), max_length=16, null=True, blank=True)
    language = models.CharField(_("language"), max_length=15, blank=True)
    #: By which hours its menu was chosen: the keys calendar, exit, rule and name; null by none.
    opening = models.JSONField(_("opening hours"), null=True, blank=True, editable=False)
    #: Of a call that we placed: who asked for it, and who took it.
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("placed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    is_test = models.BooleanField(
        _("test call"), default=False, db_default=False, help_text=_("Placed to try a menu out.")
    )
    answered_by = models.CharField(
        _("answered by"), max_length=10, choices=choices_of(AnsweredBy), blank=True
    )
    phase = models.CharField(
        _("phase"), max_length=12, choices=choices_of(Phase), default=Phase.NEW
    )
    outcome = models.CharField(
        _("outcome"), max_length=20, choices=choices_of(CallOutcome), blank=True
    )
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    #: The engine's CallState, sealed: it holds what the caller entered so far.
    sealed_state = models.BinaryField(editable=False)
    wake_at = models.DateTimeField(_("looked after at"), null=True, blank=True)
    #: Unsent commands below this number are not wanted any more.
    current_seq = models.PositiveIntegerField(default=1, editable=False)
    #: Commands that failed in a row; while there are any, an acceptance is news to the engine.
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    send_owner = models.CharField(max_length=36, blank=True, editable=False)
    send_lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("started"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    #: By class of data (models.retention), the day on which retention removed it.
    removed: models.JSONField[Any, Any] = models.JSONField(null=True, editable=False)
    #: Since when analytics have not counted what came to pass in it, once it has ended.
    uncounted_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(
                fields=["wake_at"],
                condition=Q(wake_at__isnull=False),
                name="voicegather_call_wake",
            ),
            models.Index(
                fields=["uncounted_since"],
                condition=Q(uncounted_since__isnull=False),
                name="voicegather_call_uncounted",
            ),
            models.Index(fields=["-started_at", "-id"], name="voicegather_call_started"),
            models.Index(fields=["menu", "-started_at"], name="voicegather_call_menu"),
            models.Index(fields=["caller_e164", "-started_at"], name="voicegather_call_caller"),
            models.Index(fields=["caller", "-started_at"], name="voicegather_call_party"),
            # Callers begin so: with this operator class PostgreSQL finds it in any collation.
            models.Index(
                fields=["caller_e164"],
                opclasses=["varchar_pattern_ops"],
                name="voicegather_call_caller_like",
            ),
            models.Index(
                fields=["caller"],
                opclasses=["varchar_pattern_ops"],
                name="voicegather_call_party_like",
            ),
            models.Index(fields=["outcome", "-started_at"], name="voicegather_call_outcome"),
            models.Index(fields=["phase", "-started_at"], name="voicegather_call_phase"),
            models.Index(
                fields=["-started_at"], condition=Q(is_test=True), name="voicegather_call_test"
            ),
            models.Index(fields=["-ended_at"], name="voicegather_call_ended"),
        ]
        permissions = [
            ("control_call", "Can act on a call while it runs"),
            ("place_call", "Can place calls"),
        ]

    def __str__(self) -> str:
        return f"{self.caller or '?'} → {self.called or '?'}"


class CallLeg(models.Model):
    """One leg of a call, as Telnyx names it: the only id that commands accept."""

    call = models.ForeignKey(
        Call, verbose_name=_("call"), on_delete=models.CASCADE, related_name="legs"
    )
    call_control_id = models.CharField(_("call control id"), max_length=255, unique=True)
    role = models.CharField(_("role"), max_length=10, choices=LegRole.choices)
    call_leg_id = models.CharField(_("leg id"), max_length=64, blank=True)
    call_session_id = models.CharField(_("session id"), max_length=64, blank=True)
    fate = models.CharField(_("fate"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("call leg")
        verbose_name_plural = _("call legs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.call_control_id}"
