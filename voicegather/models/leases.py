from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lease(models.Model):
    """Which of several processes does a job that only one may do, and until when."""

    name = models.CharField(_("name"), max_length=60, primary_key=True)
    owner = models.CharField(_("owner"), max_length=100, blank=True)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return self.name
