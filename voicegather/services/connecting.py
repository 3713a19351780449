"""Connect to a database within a second, or say so: a webhook has no time to hang."""

from __future__ import annotations

import threading
from typing import Any, cast

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

CONNECT_SECONDS = 1.0
#: So many attempts may hang at the same time; beyond them, the next fail at once.
_slots = threading.BoundedSemaphore(64)


def connection_within_a_second(alias: str) -> BaseDatabaseWrapper:
    """This thread's connection to the database, open; raises OperationalError after a second.

    Drivers wait for minutes on a server that accepts and does not answer, and psycopg takes no
    limit under two seconds. An attempt that hangs is left behind in its thread, which closes
    whatever comes of it.
    """
    connection = connections[alias]
    if connection.connection is not None or connection.vendor == "sqlite":
        return connection
    if _is_pooled_within_a_second(connection):
        connection.ensure_connection()
        return connection
    slots = _slots
    if not slots.acquire(blocking=False):
        raise OperationalError("The database does not answer: too many attempts still hang.")
    attempt = _Attempt(connection, slots)
    if not attempt.came_through():
        # The hanging attempt keeps this connection; the thread's next use makes another.
        del connections[alias]
        raise OperationalError(f"The database did not answer within {CONNECT_SECONDS:g} s.")
    return connection


def connected_anew(alias: str) -> BaseDatabaseWrapper:
    """This thread's connection, in place of one that the server has dropped; raises as above.

    When one of a pool was dropped, the others were too, most likely: the pool replaces them.
    """
    connection = connections[alias]
    connection.close()
    if _is_pooled_within_a_second(connection):
        pool: Any = cast(Any, connection).pool
        # To make all anew is quicker, where psycopg's pool can do so.
        getattr(pool, "drain", pool.check)()
    return connection_within_a_second(alias)


def _is_pooled_within_a_second(connection: BaseDatabaseWrapper) -> bool:
    """Whether Django takes its connections from psycopg's pool, which makes them in the back."""
    pool = connection.settings_dict["OPTIONS"].get("pool")
    return isinstance(pool, dict) and pool.get("timeout", 30.0) <= CONNECT_SECONDS


class _Attempt:
    """One try to connect, in a thread of its own; gives its slot back when it is over."""

    def __init__(self, connection: BaseDatabaseWrapper, slots: threading.BoundedSemaphore) -> None:
        self._connection = connection
        self._slots = slots
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._given_up = False
        self._error: BaseException | None = None
        # The connection is this thread's: it may be used in the other while we wait.
        connection.inc_thread_sharing()
        threading.Thread(target=self._connect, name="voicegather-connect", daemon=True).start()

    def came_through(self) -> bool:
        """Whether the connection stands; raises what the driver raised."""
        self._done.wait(CONNECT_SECONDS)
        with self._lock:
            if not self._done.is_set():
                self._given_up = True
                return False
        self._connection.dec_thread_sharing()
        if self._error is not None:
            raise self._error
        return True

    def _connect(self) -> None:
        try:
            self._connection.ensure_connection()
        except BaseException as error:
            self._error = error
        finally:
            self._slots.release()
            with self._lock:
                if self._given_up:
                    self._connection.close()
                self._done.set()
