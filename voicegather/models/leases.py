from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """Which of several processes does a job that only one may do, and until when."""

    name = models.CharField(max_length=60, primary_key=True)
    owner = models.CharField(max_length=100, blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
