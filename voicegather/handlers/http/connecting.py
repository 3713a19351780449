"""Connections to addresses that were looked at, all of whose waits end at one moment."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from voicegather.handlers.http.addresses import PRIVATE, addresses_of

#: For one address of several, so that one which never answers leaves time for the next.
CONNECT_SECONDS = 2.0


class PinnedBackend(httpcore.NetworkBackend):
    """Looks a name up once a connection, and connects to no address but those it looked at.

    TLS is still about the name: httpcore checks the certificate against the URL's.
    """

    def __init__(self, deadline: float, *, private: str = PRIVATE) -> None:
        self._deadline = deadline
        self._private = private
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises HandlerError where no address is allowed, and httpcore's errors."""
        problem: Exception = httpcore.ConnectError("no address")
        seconds = seconds_left(self._deadline)
        for address in addresses_of(host, port, seconds=seconds, private=self._private):
            try:
                stream = self._backend.connect_tcp(
                    address,
                    port,
                    timeout=min(CONNECT_SECONDS, seconds_left(self._deadline)),
                    local_address=local_address,
                    socket_options=socket_options,
                )
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every wait ends when the whole must: a slow drip gains nothing."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, seconds_left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, seconds_left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, seconds_left(self._deadline))
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def seconds_left(deadline: float) -> float:
    """Until `deadline`, a moment of ``time.monotonic``; raises httpcore's ReadTimeout after it."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for the whole request is over")
    return left
