"""Who works on calls: threads of the web process, or workers behind queues."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from voicegather import conf
from voicegather.checks.registering import TAG, needs_settings

_QUEUES = ("QUEUE_CALLS", "QUEUE_HANDLERS", "QUEUE_MEDIA", "QUEUE_BACKGROUND")
_GUNICORN_WORKERS = re.compile(r"(?<!\S)(?:--workers[=\s]\s*|-w\s*)(\d+)(?!\S)")
#: Where servers are told how many processes to run: gunicorn's own words go before
#: WEB_CONCURRENCY, which uvicorn reads too.
_VARIABLES = ("WEB_CONCURRENCY", "UWSGI_PROCESSES", "UWSGI_WORKERS")


@register(TAG)
@needs_settings
def check_queues(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Queues that share a name share their workers: calls would wait behind exports."""
    names = Counter(name for key in _QUEUES if isinstance(name := conf.get(key), str))
    return [
        Error(
            f"Several queues have the name {name!r}.",
            hint=f"Give each of {', '.join(_QUEUES)} a name of its own.",
            id="voicegather.E010",
        )
        for name, number in names.items()
        if number > 1
    ]


@register(TAG, deploy=True)
@needs_settings
def check_web_processes(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Local dispatch knows only the calls of its own process.

    A server's command line cannot be seen from here: this goes by the environment.
    """
    if conf.get("DISPATCH") != "local":
        return []
    processes, variable = _web_processes()
    if processes < 2:
        return []
    return [
        Warning(
            f"Calls are worked on by the web processes, and there are {processes} ({variable}).",
            hint=(
                "Nothing is lost or done twice, for calls are locked in the database. But the "
                "events of one call come to several processes, which then wait for each other; "
                "each opens up to LOCAL_THREADS database connections; and what a process has taken "
                "on when it ends waits two seconds for the clock. Run one process with more "
                "threads, or set VOICEGATHER['DISPATCH'] to 'celery' and run a worker."
            ),
            id="voicegather.W006",
        )
    ]


def _web_processes() -> tuple[int, str]:
    """How many the environment asks for, and in which variable; 0 where it does not say."""
    asked = _GUNICORN_WORKERS.findall(os.environ.get("GUNICORN_CMD_ARGS", ""))
    if asked:
        return int(asked[-1]), "GUNICORN_CMD_ARGS"
    for variable in _VARIABLES:
        value = os.environ.get(variable, "").strip()
        if value.isascii() and value.isdigit():
            return int(value), variable
    return 0, ""
