"""Put calls and handlers on Celery's queues without ever waiting long for a broker.

Celery's own `delay()` retries for seconds where the broker refuses, and waits for ever where it
accepts and does not answer.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from voicegather import conf
from voicegather.services.dispatch.breaker import CircuitBreaker

if TYPE_CHECKING:
    from voicegather.services.dispatch.sender import Sender

TASK = "voicegather.process_call"
HANDLER_TASK = "voicegather.run_handler"
JOB_TASK = "voicegather.run_job"

_log = logging.getLogger("voicegather.dispatch")
_breaker = CircuitBreaker()
#: Senders that no thread is using. Each has a connection of its own.
_idle: list[Sender] = []


def publish(call_control_id: str) -> bool:
    """Whether the broker took the call, within about two of its time-outs; never raises."""
    return _published(lambda sender: sender.send(call_control_id, queue=conf.get("QUEUE_CALLS")))


def publish_handler(command_id: str, *, seconds: int) -> bool:
    """Whether the broker took the command whose handler may run for so long; as :func:`publish`."""
    queue = conf.get("QUEUE_HANDLERS")
    return _published(
        lambda sender: sender.send_limited(HANDLER_TASK, command_id, queue=queue, seconds=seconds)
    )


def publish_job(key: str, *, queue: str) -> bool:
    """Whether the broker took the background job; as :func:`publish`."""
    return _published(lambda sender: sender.send_job(JOB_TASK, key, queue=queue))


def warm() -> None:
    """Connect before the first call waits for it; a broker that is away is told of later."""
    with suppress(Exception):
        sender = _connected()
        sender.warm()
        _idle.append(sender)


def answers() -> bool:
    """Whether a new connection to the broker can be made now."""
    try:
        _connected().close()
    except Exception:
        return False
    return True


def disconnect() -> None:
    """Close the connections that no thread is using, and forget that the broker failed."""
    while _idle:
        _idle.pop().close()
    _breaker.succeeded()


def _published(send: Callable[[Sender], None]) -> bool:
    retry_after = conf.get("BROKER_RETRY_AFTER_SECONDS")
    if not _breaker.allows(retry_after):
        return False
    try:
        _send(send)
    except Exception as error:
        if _breaker.failed(retry_after):
            _log.warning(
                "The broker does not take calls (%s): this process does, and asks again in %g s.",
                type(error).__name__,
                retry_after,
            )
        return False
    if _breaker.succeeded():
        _log.warning("The broker takes calls again.")
    return True


def _send(send: Callable[[Sender], None]) -> None:
    try:
        sender = _idle.pop()
    except IndexError:
        sender = _connected()
    try:
        send(sender)
    except BaseException:
        sender.close()
        raise
    _idle.append(sender)


def _connected() -> Sender:
    # Here, for sites that never dispatch through Celery.
    from voicegather.services.dispatch.sender import Sender

    return Sender(TASK, within_seconds=conf.get("BROKER_TIMEOUT_SECONDS"))


def _after_fork() -> None:
    # Sockets are shared with the parent: they must not be used here, nor closed politely.
    global _breaker
    _idle.clear()
    _breaker = CircuitBreaker()


os.register_at_fork(after_in_child=_after_fork)
