"""Put calls on Celery's queue without ever waiting long for a broker.

Celery's own `delay()` retries for seconds where the broker refuses, and waits for ever where it
accepts and does not answer.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from voicegather import conf
from voicegather.services.dispatch.breaker import CircuitBreaker

TASK = "voicegather.process_call"

_log = logging.getLogger("voicegather.dispatch")
_breaker = CircuitBreaker()
#: Producers that no thread is using. Each has a connection of its own.
_idle: list[Any] = []


def publish(call_control_id: str) -> bool:
    """Whether the broker took the call, within about two of its time-outs; never raises."""
    retry_after = conf.get("BROKER_RETRY_AFTER_SECONDS")
    if not _breaker.allows(retry_after):
        return False
    try:
        _send(call_control_id)
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


def answers() -> bool:
    """Whether a new connection to the broker can be made now."""
    try:
        _close(_producer())
    except Exception:
        return False
    return True


def disconnect() -> None:
    """Close the connections that no thread is using, and forget that the broker failed."""
    while _idle:
        _close(_idle.pop())
    _breaker.succeeded()


def _send(call_control_id: str) -> None:
    # Here, for sites that never dispatch through Celery.
    from celery import current_app

    try:
        producer = _idle.pop()
    except IndexError:
        producer = _producer()
    try:
        current_app.send_task(
            TASK,
            (call_control_id,),
            producer=producer,
            queue=conf.get("QUEUE_CALLS"),
            retry=False,
            ignore_result=True,
            add_to_parent=False,
            confirm_timeout=conf.get("BROKER_TIMEOUT_SECONDS"),
        )
    except BaseException:
        _close(producer)
        raise
    _idle.append(producer)


def _producer() -> Any:
    """A producer on a new connection that is made already: kombu would retry making it."""
    from celery import current_app

    seconds = conf.get("BROKER_TIMEOUT_SECONDS")
    connection = current_app.connection_for_write(connect_timeout=seconds)
    driver = connection.get_transport_cls().driver_type
    connection.transport_options = {
        **connection.transport_options,
        **_limits(driver, seconds),
    }
    try:
        connection.ensure_connection(
            # Brokers that refuse are passed over, one that hangs uses up the time.
            max_retries=max(0, len(connection.alt) - 1),
            interval_start=0,
            interval_step=0,
            timeout=seconds,
        )
        return current_app.amqp.Producer(connection.channel(), auto_declare=False)
    except BaseException:
        _drop(connection)
        raise


def _limits(driver: str, seconds: float) -> dict[str, Any]:
    if driver == "redis":
        return {
            "socket_timeout": seconds,
            "socket_connect_timeout": seconds,
            "retry_on_timeout": False,
        }
    if driver == "amqp":
        return {"read_timeout": seconds, "write_timeout": seconds, "confirm_publish": True}
    return {}


def _close(producer: Any) -> None:
    _drop(producer.connection)


def _drop(connection: Any) -> None:
    """Close without a farewell, for which an AMQP broker would have to answer."""
    if connection.transport.driver_type == "amqp":
        connection.collect()
    else:
        # Not `collect()`: there it turns the default time-out of all sockets off for a moment.
        connection.release()


def _after_fork() -> None:
    # Sockets are shared with the parent: they must not be used here, nor closed politely.
    global _breaker
    _idle.clear()
    _breaker = CircuitBreaker()


os.register_at_fork(after_in_child=_after_fork)
