"""Calls and handlers in threads of this process: the embedded way, and the one without a broker.

Handlers have threads of their own: one that takes long holds up no call.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connections

from voicegather import conf
from voicegather.logs import about_call
from voicegather.services.dispatch.pool import KeyedPool
from voicegather.services.tracebacks import safe_traceback

_SHUTDOWN_SECONDS = 10.0
_EXIT_SECONDS = 2.0

_log = logging.getLogger("voicegather.dispatch")
_lock = threading.Lock()
_pools: dict[str, KeyedPool] = {}
#: How often something was submitted: work of one pool makes work for the other.
_submitted = 0


def submit(call_control_id: str) -> bool:
    """Have the call processed in a thread of this process; False when too many wait."""
    return _pool("calls", process).submit(call_control_id)


def submit_handler(command_id: str) -> bool:
    """Have the command's handler run in a thread of this process; False when too many wait."""
    return _pool("handlers", run_handler).submit(command_id)


def submit_job(key: str) -> bool:
    """Have the background job run in a thread of this process; False when too many wait."""
    return _pool("jobs", run_job).submit(key)


def wait_until_idle(timeout: float = 10.0) -> bool:
    """Whether this process has nothing left to do, waiting for that up to `timeout` seconds."""
    deadline = time.monotonic() + timeout
    before = None
    while before != _submitted:
        before = _submitted
        for pool in list(_pools.values()):
            if not pool.wait_until_idle(max(0.0, deadline - time.monotonic())):
                return False
    return True


def shutdown() -> None:
    """End the threads; what is submitted next starts others."""
    with _lock:
        pools = list(_pools.values())
        _pools.clear()
    for pool in pools:
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


def run_handler(command_id: str, stopped_by: tuple[type[Exception], ...] = ()) -> None:
    """Run one command's handler as a thread of the pool does; logs whatever is raised."""
    try:
        from voicegather.services.handlers import run_command

        run_command(command_id, stopped_by=stopped_by)
    except Exception as problem:
        _log.error(
            "A handler's outcome was not kept; its call waits for its deadline: %s\n%s",
            command_id,
            safe_traceback(problem),
        )


def run_job(key: str) -> None:
    """Run one background job as a thread of the pool does; logs whatever is raised."""
    try:
        from voicegather.services import jobs

        close_old_connections()
        jobs.run_job(key)
        close_old_connections()
    except Exception as problem:
        _log.error("A job was left to the clock: %s\n%s", key, safe_traceback(problem))


def _pool(name: str, work: Callable[[str], None]) -> KeyedPool:
    global _submitted
    with _lock:
        _submitted += 1
        if name not in _pools:
            _pools[name] = KeyedPool(
                work,
                threads=conf.get("LOCAL_THREADS"),
                capacity=conf.get("LOCAL_QUEUE_SIZE"),
                leave=connections.close_all,
            )
        return _pools[name]


def _after_fork() -> None:
    # Threads stay behind in the parent, and the lock may have been held there.
    global _lock
    _pools.clear()
    _lock = threading.Lock()


def _at_exit() -> None:
    wait_until_idle(_EXIT_SECONDS)


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
