"""A Telnyx that says yes to every command at once, and notes when it came."""

from __future__ import annotations

import socketserver
import threading
import time
from types import TracebackType
from typing import Self

_BODY = b'{"data":{"result":"ok"}}'
_YES = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(_BODY)
) + _BODY


class Yes(socketserver.ThreadingTCPServer):
    """Listens on loopback; `came` has each command's moment (`time.perf_counter`) by call."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Commands)
        self._arrived = threading.Condition()
        self.came: dict[str, list[float]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v2"

    def note(self, call_control_id: str, moment: float) -> None:
        with self._arrived:
            self.came.setdefault(call_control_id, []).append(moment)
            self._arrived.notify_all()

    def wait_for(self, call_control_id: str, number: int, *, seconds: float) -> float:
        """The moment of the call's command of this number; raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(
                lambda: len(self.came.get(call_control_id, ())) >= number, seconds
            ):
                raise TimeoutError(f"{call_control_id}: no command {number} within {seconds} s")
            return self.came[call_control_id][number - 1]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown()
        self.server_close()


class _Commands(socketserver.StreamRequestHandler):
    """POSTs to /v2/calls/{call_control_id}/actions/{action}, over a connection kept alive."""

    disable_nagle_algorithm = True
    server: Yes

    def handle(self) -> None:
        while line := self.rfile.readline():
            moment = time.perf_counter()
            length = 0
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            self.rfile.read(length)
            self.wfile.write(_YES)
            self.server.note(line.split(b"/")[3].decode(), moment)
