"""Runs asked for: by staff at any time, by the clock once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.models import RetentionRun
from voicegather.models.jobs import UNFINISHED
from voicegather.services import jobs, moments
from voicegather.services.menus.journal import note_addition
from voicegather.services.periodic import every
from voicegather.services.retention.rules import RetentionError, cutoffs_at


class Mode(Enum):
    """Whether a run removes, or counts what one would remove."""

    REMOVE = "remove"
    DRY = "dry"


def ask_retention(mode: Mode, *, author: AbstractBaseUser | None = None) -> RetentionRun:
    """Put a run on record, and have it start. Raises RetentionError where there is nothing to do.

    While one removes data no other begins to.
    """
    run = prepare_run(mode, author=author)
    jobs.start(run)
    return run


@transaction.atomic
def prepare_run(mode: Mode, *, author: AbstractBaseUser | None = None) -> RetentionRun:
    """A run on record that whoever asks starts by themselves. Raises RetentionError."""
    cutoffs = cutoffs_at(moments.now())
    if not cutoffs:
        raise RetentionError(_("Everything is kept for ever: say first what is not."))
    is_dry = mode is Mode.DRY
    open_runs = RetentionRun.objects.filter(is_dry=False, state__in=UNFINISHED)
    if not is_dry and (running := open_runs.first()) is not None:
        raise RetentionError(_("A run is under way already: %s.") % running)
    run = RetentionRun.objects.create(
        owner_id=author.pk if author else None,
        is_dry=is_dry,
        cutoffs={each.value: at.isoformat() for each, at in cutoffs.items()},
    )
    note_addition(author=author, of=run, message=_("Asked for."))
    return run


@every(timedelta(minutes=5))
def start_daily(moment: datetime) -> None:
    """Once a day on the site's wall, from the hour that RETENTION_HOUR says."""
    local = timezone.localtime(moment)
    if local.hour < conf.get("RETENTION_HOUR"):
        return
    if RetentionRun.objects.filter(day=local.date()).exists():
        return
    cutoffs = cutoffs_at(moment)
    if not cutoffs:
        return
    try:
        with transaction.atomic():
            run = RetentionRun.objects.create(
                day=local.date(),
                cutoffs={each.value: at.isoformat() for each, at in cutoffs.items()},
            )
            jobs.start(run)
    except IntegrityError:
        # Another clock was first.
        return
