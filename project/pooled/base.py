"""See the package; Django loads a backend's module of this name."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at each connection that the pool lends; when one is broken, all are made anew.

    psycopg's pool looks too, with CONN_HEALTH_CHECKS, but goes through broken ones two a second
    and gives up after its time-out: with the connections of eight threads, the first caller after
    a restart of the server heard nothing for eight seconds. Who can do without the look, a trip to
    the server, sets `health_check_done` before.

    To borrow one for each request costs as much as to use it: with KEPT_SECONDS in its settings a
    thread keeps its connection for so long between two requests, and has it looked at in the next.
    That needs a pool with one for each thread.
    """

    _is_trusted = False

    def connect(self) -> None:
        # Django takes whatever it is given now for a new connection.
        self._is_trusted = self.health_check_done
        super().connect()
        if kept := self.settings_dict.get("KEPT_SECONDS"):
            # What CONN_MAX_AGE and CONN_HEALTH_CHECKS come to, which Django refuses beside a pool.
            self.close_at = time.monotonic() + kept
            self.health_check_enabled = True

    def close_if_health_check_failed(self) -> None:
        was_open = self.connection is not None
        # Not Django's own for PostgreSQL: it takes every connection of a pool to be sound.
        super(base.DatabaseWrapper, self).close_if_health_check_failed()
        if was_open and self.connection is None:
            # Those in the pool are most likely broken, too.
            self.health_check_done = False
            if self.pool:
                self.pool.drain()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        if self.pool and not self._is_trusted and not _stands(connection):
            self.pool.putconn(connection)
            self.pool.drain()
            connection = super().get_new_connection(conn_params)
        return connection

    def _set_autocommit(self, autocommit: bool) -> None:
        # The pool's connections mostly have it already; to say so once more costs a lock.
        if self.connection.autocommit != autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]

    def close(self) -> None:
        super().close()
        self.health_check_done = False


def _stands(connection: psycopg.Connection[Any]) -> bool:
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.Error:
        return False
    return True
