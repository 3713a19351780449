from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from voicegather.models.calls import Call
from voicegather.models.menus import Menu


class Disclosure(models.Model):
    """Somebody was shown what callers said. Append-only, and never what it was.

    It outlives the user's account, the call and the menu. Only services.disclosures writes it.
    """

    class Kind(models.TextChoices):
        VALUE = "value", _("Sensitive values revealed")
        TRANSCRIPT = "transcript", _("Transcript read")
        RECORDING = "recording", _("Recording listened to")
        EXPORT = "export", _("Export with sensitive values downloaded")
        SUBJECT = "subject", _("All about a caller gathered")

    class Way(models.TextChoices):
        ADMIN = "admin", _("Admin")
        API = "api", _("API")
        COMMAND = "command", _("Command line")

    at = models.DateTimeField(_("when"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,  # voicegather_disclosure_user serves it.
    )
    username = models.CharField(_("who"), max_length=255)
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    way = models.CharField(_("through"), max_length=10, choices=Way.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    #: What it is of: a model of this app by its name such as ``gatherresult``, and the row's id.
    model = models.CharField(_("kind of object"), max_length=50)
    object_id = models.BigIntegerField(_("id"))
    #: Such as a result's step and field; nothing of the caller's.
    label = models.CharField(_("name"), max_length=110, blank=True)
    #: The id stays when the call is erased: it tells nothing of the caller.
    call = models.ForeignKey(
        Call,
        verbose_name=_("call"),
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="disclosures",
        db_constraint=False,
        db_index=False,  # voicegather_disclosure_call serves it.
    )
    menu = models.ForeignKey(
        Menu,
        verbose_name=_("menu"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,  # voicegather_disclosure_menu serves it.
    )

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-at", "-id"], name="voicegather_disclosure_recent"),
            models.Index(fields=["user", "-at"], name="voicegather_disclosure_user"),
            models.Index(fields=["kind", "-at"], name="voicegather_disclosure_kind"),
            models.Index(fields=["way", "-at"], name="voicegather_disclosure_way"),
            models.Index(fields=["call", "-at"], name="voicegather_disclosure_call"),
            models.Index(fields=["menu", "-at"], name="voicegather_disclosure_menu"),
            # Names begin so: with this operator class PostgreSQL finds it in any collation.
            models.Index(
                fields=["username"],
                opclasses=["varchar_pattern_ops"],
                name="voicegather_disclosure_like",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
