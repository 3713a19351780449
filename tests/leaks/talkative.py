"""Settings of a site that writes everything down: DEBUG, and all of its loggers at DEBUG."""

from __future__ import annotations

import os

from project.settings import dev
from project.settings.dev import *  # noqa: F403
from tests.leaks.everything import talkative

LEAKS_FOLDER = os.environ["LEAKS_FOLDER"]
DEBUG = True
MEDIA_ROOT = f"{LEAKS_FOLDER}/media"
LOGGING = talkative(f"{LEAKS_FOLDER}/process-{os.getpid()}.log")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
VOICEGATHER = dev.VOICEGATHER | {
    "HTTP_HANDLER_HOSTS": [os.environ["LEAKS_SERVICE"]],
    "HTTP_HANDLER_ALLOW_PRIVATE": True,
    "METRICS_TOKEN": os.environ["LEAKS_METRICS_TOKEN"],
}
