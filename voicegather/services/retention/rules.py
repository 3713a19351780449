"""For how long each class of data is kept: what staff said, else what the site's setting says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.exceptions import VoicegatherError
from voicegather.models import DataClass, RetentionRule
from voicegather.services import moments
from voicegather.services.menus.journal import note_change

#: Of the days to keep; nothing goes sooner than a day, as calls and their webhooks take a while.
LEAST, MOST = 1, 36_500


class RetentionError(VoicegatherError):
    """Data cannot be removed, or not kept so; the message says what to do."""


def days_kept() -> dict[DataClass, int | None]:
    """By class, in how many days it goes; None for never. A rule of staff counts first."""
    configured = conf.get("RETENTION_DAYS")
    chosen = dict(RetentionRule.objects.values_list("data_class", "days"))
    return {each: chosen.get(each, configured.get(each)) for each in DataClass}


def cutoffs_at(moment: datetime) -> dict[DataClass, datetime]:
    """By class, the moment before which it is removed; without those that are kept for ever."""
    return {
        each: moment - timedelta(days=days)
        for each, days in days_kept().items()
        if days is not None
    }


@transaction.atomic
def set_rules(days: Mapping[DataClass, int | None], *, author: AbstractBaseUser) -> None:
    """Keep these classes for so many days from now on, None for ever. Raises RetentionError."""
    before = days_kept()
    for each, wanted in days.items():
        if wanted is not None and not LEAST <= wanted <= MOST:
            told = _("Days to keep are %(least)d to %(most)d, or empty for ever.")
            raise RetentionError(told % {"least": LEAST, "most": MOST})
        if wanted == before[each]:
            continue
        rule, _made = RetentionRule.objects.update_or_create(
            data_class=each,
            defaults={"days": wanted, "changed_by_id": author.pk, "changed_at": moments.now()},
        )
        change = {"before": _days(before[each]), "after": _days(wanted)}
        note_change(author=author, of=rule, message=_("Kept %(before)s, now %(after)s.") % change)


def _days(days: int | None) -> str:
    return _("for ever") if days is None else _("%d days") % days
