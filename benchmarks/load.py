"""A few connections that post requests as fast as they are answered."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor


class RefusedError(Exception):
    """A request was not answered with 200; holds the answer's beginning."""


def accepted_per_second(port: int, requests: Sequence[bytes], *, connections: int) -> float:
    """Requests a second that the server at this port of loopback answers with 200.

    Raises RefusedError for any other answer.
    """
    shares = [requests[number::connections] for number in range(connections)]
    with ThreadPoolExecutor(connections) as threads:
        began = time.perf_counter()
        for _ in threads.map(lambda share: _post_all(port, share), shares):
            pass
        return len(requests) / (time.perf_counter() - began)


def _post_all(port: int, requests: Sequence[bytes]) -> None:
    with Poster(port) as poster:
        for request in requests:
            poster.post(request)


class Poster:
    """A connection that is kept alive."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, request: bytes) -> None:
        """Send it, and wait for the answer, which must be 200 with an empty body."""
        self._socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            part = self._socket.recv(4096)
            if not part:
                break
            answer += part
        if not answer.startswith(b"HTTP/1.1 200 ") or not answer.endswith(b"\r\n\r\n"):
            raise RefusedError(answer[:200].decode(errors="replace"))

    def __enter__(self) -> Poster:
        return self

    def __exit__(self, *problem: object) -> None:
        self._socket.close()
