"""The HTTP side: a loopback server that hands requests to the API."""

from __future__ import annotations

import json
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from voicegather.simulator.api import Api, Response
from voicegather.simulator.errors import not_found
from voicegather.simulator.recordings import Archive, File

logger = logging.getLogger(__name__)

#: A file of 20 MB and the form around it (Telnyx docs: upload media).
LARGEST_BODY = 21 * 1024 * 1024
#: Between the pieces of a file that comes slowly.
SLOW_SECONDS = 0.2


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 with connections kept alive, as the Telnyx SDK expects."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        file = self.server.archive.fetch(self.path)
        if file is not None:
            self._write_file(file)
        else:
            self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_PATCH(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what matters is recorded."""

    def _handle(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self.send_error(413)
            return
        body = self.rfile.read(int(length))
        if not self.path.startswith("/v2/"):
            refused = not_found(self.path)
            self._send(Response(refused.status, refused.envelope()))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.server.api.handle(self.command, self.path, headers, body))

    def _send(self, response: Response) -> None:
        if late := response.delay_seconds + self.server.answer_seconds:
            self.server.stopping.wait(late)
        if response.lost:
            self.close_connection = True
            return
        body = b"" if response.status == 204 else json.dumps(response.body).encode()
        self._write(response.status, "application/json", body, response.headers)

    def _write_file(self, file: File) -> None:
        self.send_response(file.status)
        self.send_header("Content-Type", file.content_type)
        told = len(file.content) if file.told_bytes is None else file.told_bytes
        self.send_header("Content-Length", str(told))
        if file.location:
            self.send_header("Location", file.location)
        self.end_headers()
        piece = max(1, len(file.content) // 4) if file.slowly else max(1, len(file.content))
        for at in range(0, len(file.content), piece):
            if at:
                self.server.stopping.wait(SLOW_SECONDS)
            self.wfile.write(file.content[at : at + piece])
            self.wfile.flush()
        self.close_connection = told != len(file.content)

    def _write(self, status: int, content_type: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    """Listens on a port of 127.0.0.1; `port` 0 takes a free one."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 256

    def __init__(
        self,
        api: Api,
        port: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        answer_seconds: float = 0.0,
    ) -> None:
        self.api = api
        self.answer_seconds = answer_seconds
        self.stopping = threading.Event()
        self.failures: list[Exception] = []
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", port), Handler)
        self.archive = Archive(self.address, clock)
        self._thread = threading.Thread(
            target=self.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="fake-telnyx-http",
            daemon=True,
        )

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more, and end every connection and thread."""
        self.stopping.set()
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        with self._guard:
            for connection in self._connections:
                _end(connection)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `stop` can end one that waits for more."""
        with self._guard:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that is over."""
        with self._guard:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep a fault of ours; a client that goes away in the middle is none."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            logger.error("the simulator failed in a request", exc_info=error)
            self.failures.append(error)


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
