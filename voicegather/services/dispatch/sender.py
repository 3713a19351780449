"""A connection to the broker that puts calls on a queue, within time limits of our own."""

from __future__ import annotations

from typing import Any

from celery import current_app
from celery.signals import after_task_publish, before_task_publish

from voicegather.services.dispatch.stencil import Stencil, intercepted


class Sender:
    """Sends one task, of a call's id alone; for one thread at a time.

    Making it connects, within about `within_seconds`; raises what the broker's driver raises.
    """

    def __init__(self, task: str, *, within_seconds: float) -> None:
        self._task = task
        self._seconds = within_seconds
        self._producer = _producer(within_seconds)
        #: What follows is slow to ask for each time.
        self._driver = self._producer.connection.transport.driver_type
        self._tells_monitors = bool(current_app.conf.task_send_sent_event)
        #: By the queue's name: its key in Redis, and the form of its messages.
        self._stencils: dict[str, tuple[str, Stencil]] = {}
        self._redis: Any = None

    def send(self, call_control_id: str, *, queue: str) -> None:
        """Put the call on the queue; raises what the broker's driver raises."""
        if self._driver != "redis" or self._something_looks_on():
            self._send(self._task, call_control_id, queue)
        elif queue in self._stencils:
            key, stencil = self._stencils[queue]
            self._redis.push(key, stencil.fill(call_control_id))
        else:
            self._send_first(call_control_id, queue)

    def send_limited(self, task: str, argument: str, *, queue: str, seconds: int) -> None:
        """Put another task on a queue, which may run for so long; raises as :meth:`send` does.

        A worker's process is asked to end it then, and is killed a second later.
        """
        self._send(task, argument, queue, soft_time_limit=seconds, time_limit=seconds + 1)

    def send_job(self, task: str, argument: str, *, queue: str) -> None:
        """Put a task on a queue that takes as long as it takes; raises as :meth:`send` does."""
        self._send(task, argument, queue)

    def warm(self) -> None:
        """Have Celery make what it makes for the first message."""
        current_app.finalize(auto=True)
        _ = current_app.amqp.queues, current_app.amqp.router, current_app.amqp.send_task_message

    def close(self) -> None:
        """Leave the broker."""
        _drop(self._producer.connection)

    def _something_looks_on(self) -> bool:
        """Whether anything (a monitor, a tracing library) wants to see each task that is sent."""
        return bool(
            self._tells_monitors or before_task_publish.receivers or after_task_publish.receivers
        )

    def _send_first(self, call_control_id: str, queue: str) -> None:
        channel = self._producer.channel
        caught = intercepted(channel, lambda: self._send(self._task, call_control_id, queue))
        if caught is None:
            return
        key, message = caught
        stencil = Stencil.cut(message, call_control_id)
        if stencil is None:
            channel._put(key, message)
            return
        # Here, for sites whose broker is another: they may not have redis-py.
        from voicegather.services.dispatch.kept import KeptConnection

        # The client would set the site's prefix before the key; its bare connection does not.
        key = f"{channel.global_keyprefix}{key}"
        self._stencils[queue] = key, stencil
        self._redis = KeptConnection(channel.client)
        self._redis.push(key, stencil.fill(call_control_id))

    def _send(self, task: str, argument: str, queue: str, **limits: int) -> None:
        current_app.send_task(
            task,
            (argument,),
            producer=self._producer,
            queue=queue,
            retry=False,
            ignore_result=True,
            add_to_parent=False,
            confirm_timeout=self._seconds,
            **limits,
        )


def _producer(seconds: float) -> Any:
    """A producer on a new connection that is made already: kombu would retry making it."""
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


def _drop(connection: Any) -> None:
    """Close without a farewell, for which an AMQP broker would have to answer."""
    if connection.transport.driver_type == "amqp":
        connection.collect()
    else:
        # Not `collect()`: there it turns the default time-out of all sockets off for a moment.
        connection.release()
