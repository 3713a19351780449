"""gunicorn's settings: ``gunicorn --config python:project.gunicorn project.wsgi:application``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from django.db import DatabaseError

from project.logs import json_logging
from project.settings.environment import whole_number

#: The proxy in front says whether a request came over TLS: nobody may go past it.
bind = f"{os.environ.get('WEB_ADDRESS') or '127.0.0.1'}:{whole_number('PORT', 8000)}"
worker_class = "gthread"
workers = whole_number("WEB_CONCURRENCY", 2, least=1)
threads = whole_number("WEB_THREADS", 8, least=1)

#: The processes share what the first one loaded; it opens no connection that they would share too.
preload_app = True
#: What a request may take to end after SIGTERM. Exports are the long ones.
graceful_timeout = 30
#: Longer than proxies keep theirs (nginx and AWS: 60 s): one that reuses a connection just as it
#: is closed here loses the request, and repeats no POST.
keepalive = 75
SHARED_MEMORY = "/dev/shm"  # noqa: S108
#: Workers say by touching a file that they live; on a disk that may take seconds.
worker_tmp_dir = SHARED_MEMORY if os.path.isdir(SHARED_MEMORY) else None
#: Headers named SCRIPT_NAME or PATH_INFO would move the site, and most proxies let them through.
forwarder_headers = ""
#: Containers are managed from outside.
control_socket_disable = True

logconfig_dict = json_logging()
#: Without the query string: staff search for what callers entered.
access_log_format = "%(m)s %(U)s %(s)s"

#: How the secrets of .env.example begin.
FAKES = {
    "DJANGO_SECRET_KEY": "fake-secret-key",
    "VOICEGATHER_ENCRYPTION_KEYS": "dGhpcy1pcy1hLWZha2Uta2V5",
    "TELNYX_API_KEY": "fake-api-key",
    "TELNYX_PUBLIC_KEY": "dGhpcy1pcy1mYWtl",
}


def post_worker_init(worker: object) -> None:
    """Read the site's URLs and reach its database and broker before the first caller waits."""
    from django.apps import apps

    if apps.ready:
        from django.db import connection
        from django.urls import get_resolver

        from voicegather.services import dispatch

        _ = get_resolver().reverse_dict
        dispatch.warm()
        with suppress(DatabaseError):
            connection.ensure_connection()
        connection.close()


def on_starting(server: object) -> None:
    """Refuse to serve with secrets that everybody knows, or with what `check` calls an error."""
    known = [name for name, fake in FAKES.items() if fake in os.environ.get(name, "")]
    if known:
        sys.exit(
            f"{' and '.join(known)}: still the fake of .env.example. "
            "Make your own, or copy it from the Telnyx portal."
        )
    from django.apps import apps

    if apps.ready:
        from django.core.checks import ERROR, run_checks

        errors = [str(found) for found in run_checks(tags=["voicegather"]) if found.level >= ERROR]
        if errors:
            sys.exit("\n".join(errors))
