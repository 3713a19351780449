"""Celery as this process sees it: whether calls that are sent reach a worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any
from weakref import ReferenceType

from django.core.checks import CheckMessage, Error, Warning, register

from voicegather import conf
from voicegather.checks.registering import TAG, needs_settings
from voicegather.checks.values import fit

_TASKS = "voicegather.tasks"
_QUEUES = ("QUEUE_CALLS", "QUEUE_HANDLERS")


@register(TAG)
@needs_settings
def check_celery(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The Celery app that this process would send calls through."""
    if conf.get("DISPATCH") != "celery":
        return []
    # Here, for sites that never dispatch through Celery.
    from celery import current_app

    try:
        return list(_troubles(current_app))
    except Exception as problem:
        # What it says may quote the broker's URL, with its password.
        return [
            Error(
                f"Celery's settings cannot be used ({type(problem).__name__}).",
                hint="Run: celery -A your_project report",
                id="voicegather.E018",
            )
        ]


def _troubles(app: Any) -> Iterator[CheckMessage]:
    if not app.conf.broker_write_url:
        yield Error(
            "Celery has no broker URL: calls would be sent to amqp://localhost.",
            hint=(
                "Set CELERY_BROKER_URL, and have the site itself load its Celery app: "
                'your_project/__init__.py needs "from your_project.celery import app".'
            ),
            id="voicegather.E017",
        )
    elif not _leads_to_a_broker(app):
        yield Error(
            "Celery's broker URL leads to no broker that Celery knows, or its port is no number.",
            hint="Write it as redis://user:password@host:6379/0, signs in a password as %40 for @.",
            id="voicegather.E017",
        )
    if not _is_accepted(app.conf.task_serializer, app.conf.accept_content):
        yield Error(
            f"Workers would refuse calls: task_serializer is {app.conf.task_serializer!r}, which "
            "accept_content does not name.",
            hint="Add it to CELERY_ACCEPT_CONTENT, or leave both at Celery's default, json.",
            id="voicegather.E019",
        )
    if not app.conf.task_create_missing_queues and fit(*_QUEUES):
        for queue in [conf.get(name) for name in _QUEUES]:
            if queue in app.amqp.queues:
                continue
            yield Error(
                f"Celery may not make the queue {queue!r}, and does not have it.",
                hint=(
                    "Add it to CELERY_TASK_QUEUES, or remove CELERY_TASK_CREATE_MISSING_QUEUES: "
                    "as it is, nothing for it goes to a worker."
                ),
                id="voicegather.E020",
            )
    if app.conf.task_always_eager:
        yield Warning(
            "Celery's task_always_eager does nothing for calls: they go to the broker.",
            hint="Where no worker runs, set VOICEGATHER['DISPATCH'] to 'local'.",
            id="voicegather.W007",
        )
    if not _is_known_to_workers(app):
        yield Warning(
            "Nothing has Celery's workers load voicegather.tasks: they would drop every call.",
            hint=(
                "Call app.autodiscover_tasks() in the project's celery.py, or add "
                "'voicegather.tasks' to CELERY_IMPORTS."
            ),
            id="voicegather.W008",
        )


def _leads_to_a_broker(app: Any) -> bool:
    """Whether Celery can read the URL and has a transport for it; nothing is connected."""
    try:
        app.connection_for_write().get_transport_cls()
    except (ImportError, LookupError, ValueError):
        return False
    return True


def _is_accepted(serializer: str, accepted: Any) -> bool:
    from kombu.serialization import registry

    types = {registry.name_to_type.get(name, name) for name in accepted}
    return registry.name_to_type.get(serializer, serializer) in types


def _is_known_to_workers(app: Any) -> bool:
    """Whether the tasks are loaded, or named, or something looks for tasks that may find them."""
    if _TASKS in sys.modules or _TASKS in {*app.conf.imports, *app.conf.include}:
        return True
    try:
        return any(map(_may_find_us, _finders(app)))
    except (AttributeError, TypeError, ValueError):
        # A Celery that keeps its receivers otherwise: nothing can be said.
        return True


def _finders(app: Any) -> Iterator[Any]:
    """What is called when the app's workers load tasks, but for Celery's own set-up of Django."""
    from celery.signals import import_modules

    sender = id(app._get_current_object() if hasattr(app, "_get_current_object") else app)
    for (_, wanted), receiver in import_modules.receivers or ():
        called = receiver() if isinstance(receiver, ReferenceType) else receiver
        owner = type(getattr(called, "__self__", None))
        if wanted in (sender, id(None)) and not owner.__module__.startswith("celery.fixups"):
            yield called


def _may_find_us(finder: Any) -> bool:
    """False for an autodiscovery that was given a list of packages without ours."""
    packages = finder.args[0] if getattr(finder, "args", ()) else None
    return not (isinstance(packages, list | tuple) and packages and "voicegather" not in packages)
