from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from voicegather.models.jobs import Job


class KeyRotation(Job):
    """Everything sealed, sealed again under the newest key: how far that is.

    `done` and `total` count ids, for rows are walked by id and not counted.
    """

    #: The name of the key that was the newest when it began: its first bytes in hexadecimal.
    key = models.CharField(_("newest key"), max_length=8)
    #: By column, such as ``callevent.sealed``, the last id that was looked at.
    places = models.JSONField(default=dict, editable=False)
    resealed = models.PositiveBigIntegerField(_("sealed again"), default=0)
    #: By column, how many rows no configured key opens, and the ids of the first of them.
    unreadable = models.JSONField(default=dict, editable=False)

    class Meta(Job.Meta):
        verbose_name = _("key rotation")
        verbose_name_plural = _("key rotations")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("add", "change", "view")
        indexes = [*Job.Meta.indexes]

    def __str__(self) -> str:
        return str(self._meta.verbose_name).capitalize()
