from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from voicegather.models.calendars import Calendar
from voicegather.models.menus import Menu
from voicegather.models.teams import team_field

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"


class PhoneNumber(models.Model):
    """A number of ours in E.164, and the menus that answer it: always one, or by opening hours."""

    number = models.CharField(
        _("number"),
        max_length=16,
        unique=True,
        validators=[
            RegexValidator(
                E164_PATTERN, _("Write the number with + and its country code: +13125550100")
            )
        ],
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    menu = models.ForeignKey(
        Menu,
        verbose_name=_("menu"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="numbers",
        limit_choices_to={"archived_at": None},
        error_messages={"invalid": _("There is no such menu, or it is archived.")},
    )
    calendar = models.ForeignKey(
        Calendar,
        verbose_name=_("calendar"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="numbers",
        help_text=_("While it says open, the menu above answers, else the menu for closed hours."),
    )
    closed_menu = models.ForeignKey(
        Menu,
        verbose_name=_("menu for closed hours"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="closed_numbers",
        limit_choices_to={"archived_at": None},
        error_messages={"invalid": _("There is no such menu, or it is archived.")},
    )
    connection = models.CharField(
        _("connection"),
        max_length=60,
        default="default",
        help_text=_("Which Telnyx account: a name in VOICEGATHER['CONNECTIONS']."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    team = team_field()

    class Meta:
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=E164_PATTERN), name="voicegather_number_e164"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()

    def clean(self) -> None:
        """Hours without a menu for the time outside them, or the other way round, are half done."""
        if self.calendar_id and not self.closed_menu_id:
            message = _("Choose the menu that answers outside the calendar’s hours.")
            raise ValidationError({"closed_menu": message})
        if self.closed_menu_id and not self.calendar_id:
            message = _("Choose the calendar that says when this menu answers.")
            raise ValidationError({"calendar": message})
