"""Celery tasks: each takes an id and calls a service."""

from __future__ import annotations

from typing import Any

from celery import bootsteps, current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import celeryd_after_setup, worker_init, worker_process_init

from voicegather import conf


@shared_task(name="voicegather.process_call", ignore_result=True)
def process_call_task(call_control_id: str) -> None:
    """Fold and send everything that waits for the call of this leg; what fails, the clock finds.

    Errors are logged here: what Celery would log of them may quote a caller's entry.
    """
    from voicegather.services.dispatch.local import process

    process(call_control_id)


@shared_task(name="voicegather.run_handler", ignore_result=True)
def run_handler_task(command_id: str) -> None:
    """Run the site's functions that this command asks for; its message carries their time limits.

    Errors are logged here, as above.
    """
    from voicegather.services.dispatch.local import run_handler

    run_handler(command_id, stopped_by=(SoftTimeLimitExceeded,))


@shared_task(name="voicegather.run_job", ignore_result=True)
def run_job_task(key: str) -> None:
    """Run a background job (``export:12``); what ends before it does, the clock starts again."""
    from voicegather.services.dispatch.local import run_job

    run_job(key)


class TellConsumer(bootsteps.StartStopStep):  # type: ignore[misc]
    """Has a worker tell health which queues it takes from, while its broker is there."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def create(self, consumer: Any) -> Any:
        from voicegather.services.dispatch.consumers import Presence

        queues = consumer.app.amqp.queues
        return Presence(owner=consumer.hostname, queues=lambda: list(queues.consume_from))


@worker_init.connect
def add_steps(sender: Any, **kwargs: Any) -> None:
    """Give the worker that is being made our step."""
    sender.app.steps["consumer"].add(TellConsumer)


@celeryd_after_setup.connect
@worker_process_init.connect
def warm(**kwargs: Any) -> None:
    """Load the Telnyx SDK, and all that a call needs, before the first caller waits for it.

    Workers of other queues are spared its hundred megabytes.
    """
    if conf.get("QUEUE_CALLS") not in current_app.amqp.queues.consume_from:
        return
    import voicegather.services.calls  # noqa: F401
    from voicegather.provider import client
    from voicegather.services import outbox

    client.warm(outbox.account_of("default"))
