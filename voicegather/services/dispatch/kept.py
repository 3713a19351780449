"""A connection to Redis that is kept, without the client that redis-py puts around one."""

from __future__ import annotations

from typing import Any

from redis.exceptions import ConnectionError as ConnectionLostError


class KeptConnection:
    """Pushes onto lists; for one thread at a time. The client costs as much as Redis itself."""

    def __init__(self, client: Any) -> None:
        # The client itself stays, too: what becomes of it becomes of its connection.
        self._client = client.client()

    def push(self, key: str, message: str) -> None:
        """One LPUSH; a connection that Redis has closed since is made once more.

        Raises what redis-py raises.
        """
        connection = self._client.connection
        try:
            _push(connection, key, message)
        except ConnectionLostError:
            connection.disconnect()
            _push(connection, key, message)


def _push(connection: Any, key: str, message: str) -> None:
    connection.send_command("LPUSH", key, message)
    connection.read_response()
