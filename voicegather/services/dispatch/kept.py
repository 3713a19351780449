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
        command = _command(b"LPUSH", key.encode(), message.encode())
        try:
            _carry_out(connection, command)
        except ConnectionLostError:
            connection.disconnect()
            _carry_out(connection, command)


def _command(*words: bytes) -> bytes:
    """A command as Redis reads it: an array of strings, each with its length (Redis docs: RESP)."""
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(w), w) for w in words)


def _carry_out(connection: Any, command: bytes) -> None:
    connection.send_packed_command([command])
    connection.read_response()
