"""The site's Celery application: ``celery -A project worker``."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent

from voicegather.heartbeat import beat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.dev")

app = Celery("project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def tell_that_the_worker_lives(**kwargs: Any) -> None:
    """Every two seconds while it is connected to its broker, from the loop that takes tasks."""
    beat()


heartbeat_sent.connect(tell_that_the_worker_lives)
