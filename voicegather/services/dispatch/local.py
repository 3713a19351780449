"""Process calls in threads of this process: the embedded way, and the one without a broker."""

from __future__ import annotations

import atexit
import logging
import os
import threading

from django.db import close_old_connections, connections

from voicegather import conf
from voicegather.logs import about_call
from voicegather.services.dispatch.pool import KeyedPool
from voicegather.services.tracebacks import safe_traceback

_SHUTDOWN_SECONDS = 10.0
_EXIT_SECONDS = 2.0

_log = logging.getLogger("voicegather.dispatch")
_lock = threading.Lock()
_pool: KeyedPool | None = None


def submit(call_control_id: str) -> bool:
    """Have the call processed in a thread of this process; False when too many wait."""
    return _current().submit(call_control_id)


def wait_until_idle(timeout: float = 10.0) -> bool:
    """Whether this process has nothing left to do, waiting for that up to `timeout` seconds."""
    return _pool is None or _pool.wait_until_idle(timeout)


def shutdown() -> None:
    """End the threads; the next :func:`submit` starts others."""
    global _pool
    with _lock:
        pool, _pool = _pool, None
    if pool is not None:
        pool.close(_SHUTDOWN_SECONDS)


def process(call_control_id: str) -> None:
    """Process one call as a thread of the pool does; logs whatever is raised."""
    with about_call(call_control_id):
        try:
            from voicegather.services.calls import process_call

            close_old_connections()
            process_call(call_control_id)
            close_old_connections()
        except Exception as problem:
            _log.error(
                "Processing failed; left to the clock: %s\n%s",
                call_control_id,
                safe_traceback(problem),
            )


def _current() -> KeyedPool:
    global _pool
    with _lock:
        if _pool is None:
            _pool = KeyedPool(
                process,
                threads=conf.get("LOCAL_THREADS"),
                capacity=conf.get("LOCAL_QUEUE_SIZE"),
                leave=connections.close_all,
            )
        return _pool


def _after_fork() -> None:
    # Threads stay behind in the parent, and the lock may have been held there.
    global _pool, _lock
    _pool, _lock = None, threading.Lock()


def _at_exit() -> None:
    wait_until_idle(_EXIT_SECONDS)


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
