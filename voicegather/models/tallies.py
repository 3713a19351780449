from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The bucket of what is counted for ever.
ALL_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class Tally(models.Model):
    """How often something happened: for ever, or in the minutes after `bucket`.

    `label` tells sorts of it apart, such as ``call.hangup``; for the name ``counted`` it is what
    was counted up to `bucket`.
    """

    name = models.CharField(max_length=40)
    label = models.CharField(max_length=160, blank=True)
    bucket = models.DateTimeField(default=ALL_TIME)
    value = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "label", "bucket"], name="voicegather_tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.label}"
