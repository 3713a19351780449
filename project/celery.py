"""The site's Celery application: ``celery -A project worker``."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.app.amqp import AMQP
from celery.signals import heartbeat_sent
from kombu.connection import Connection

from voicegather.heartbeat import beat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.dev")


class EagerConnection(Connection):
    """Looks every two seconds for a broker that is away: callers wait for it.

    kombu's pauses grow to half a minute, in which calls are queued again and no worker is there.
    """

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        eagerly = {"interval_max": 2, **kwargs}
        return super().ensure_connection(*args, **eagerly)  # type: ignore[no-untyped-call]


class EagerAMQP(AMQP):  # type: ignore[misc]
    Connection = EagerConnection


app = Celery("project", amqp=EagerAMQP)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def tell_that_the_worker_lives(**kwargs: Any) -> None:
    """Every two seconds while it is connected to its broker, from the loop that takes tasks."""
    beat()


heartbeat_sent.connect(tell_that_the_worker_lives)
