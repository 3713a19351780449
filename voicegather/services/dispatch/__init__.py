"""Have calls and handlers worked on: by Celery workers, else by threads of this process."""

from __future__ import annotations

import logging

from voicegather import conf
from voicegather.services.dispatch import broker, local

__all__ = ["enqueue", "enqueue_handler", "enqueue_job", "shutdown", "wait_until_idle", "warm"]

wait_until_idle = local.wait_until_idle

_log = logging.getLogger("voicegather.dispatch")


def enqueue(call_control_id: str) -> None:
    """Have the call of this leg processed soon; never raises, and returns within a second.

    What neither the broker nor this process can take is left to the clock, which looks for
    unprocessed events.
    """
    if conf.get("DISPATCH") == "celery" and broker.publish(call_control_id):
        return
    if not local.submit(call_control_id):
        _log.warning("Too much waits in this process; left to the clock: %s", call_control_id)


def enqueue_handler(command_id: str, *, seconds: int) -> bool:
    """Have the command's handler run soon, for `seconds` at the most; within a second.

    False when neither the broker nor this process can take it. Never raises.
    """
    if conf.get("DISPATCH") == "celery" and broker.publish_handler(command_id, seconds=seconds):
        return True
    return local.submit_handler(command_id)


def enqueue_job(key: str, *, queue: str) -> bool:
    """Have a background job (``export:12``) run soon; False leaves it to the clock. Never raises.

    Where workers do such work this process never does: it may take minutes.
    """
    if conf.get("DISPATCH") == "celery":
        return broker.publish_job(key, queue=queue)
    return local.submit_job(key)


def warm() -> None:
    """Make what the first webhook would wait for; call it in a process that will serve them."""
    if conf.get("DISPATCH") == "celery":
        broker.warm()


def shutdown() -> None:
    """End the threads after the jobs they are doing, forget the rest, and leave the broker."""
    local.shutdown()
    broker.disconnect()
