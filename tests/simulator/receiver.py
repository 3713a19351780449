"""A small application on the other end: takes webhooks, checks their signatures, and reacts."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from nacl.signing import VerifyKey

#: What a webhook is answered with: a status, after so many seconds.
Answer = Callable[["Received"], "int | tuple[int, float]"]
React = Callable[["Received"], object]


@dataclass(frozen=True)
class Received:
    """One POST."""

    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def envelope(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def data(self) -> dict[str, Any]:
        return self.envelope["data"]

    @property
    def type(self) -> str:
        return self.data["event_type"]

    @property
    def payload(self) -> dict[str, Any]:
        return self.data["payload"]

    @property
    def call(self) -> str:
        return self.payload["call_control_id"]

    def verify(self, public_key: str) -> None:
        """Raises nacl's BadSignatureError unless the signature fits the raw body."""
        signed = self.headers["telnyx-timestamp"].encode() + b"|" + self.body
        signature = base64.b64decode(self.headers["telnyx-signature-ed25519"])
        VerifyKey(base64.b64decode(public_key)).verify(signed, signature)


@dataclass
class Receiver:
    """Listens on a free loopback port. `answer` may be replaced, `on` adds reactions by event."""

    answer: Answer = lambda received: 200
    received: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reactions: dict[str, React] = {}
        self._changed = threading.Condition()
        self.errors: list[Exception] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                received = Received(headers, body, self.path)
                verdict = receiver.answer(received)
                status, delay = verdict if isinstance(verdict, tuple) else (verdict, 0.0)
                with receiver._changed:
                    receiver.received.append(received)
                    receiver._changed.notify_all()
                if delay:
                    time.sleep(delay)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                self.wfile.flush()
                if 200 <= status < 300:
                    receiver._react(received)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = False
            request_queue_size = 256

            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhook/"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        self._thread.start()

    def on(self, event_type: str, reaction: React) -> None:
        """Do this after an event of this type was acknowledged."""
        self._reactions[event_type] = reaction

    def _react(self, received: Received) -> None:
        reaction = self._reactions.get(received.type)
        if reaction is None:
            return
        try:
            reaction(received)
        except Exception as error:
            self.errors.append(error)

    def of_type(self, event_type: str) -> list[Received]:
        return [one for one in list(self.received) if one.type == event_type]

    def wait_for(self, event_type: str, count: int = 1, timeout: float = 10.0) -> Received:
        """The `count`-th event of a type, waiting until it came."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.of_type(event_type)) >= count, timeout)
        types = [one.type for one in self.received]
        assert came, f"no {event_type} number {count} came within {timeout} s, only {types}"
        return self.of_type(event_type)[count - 1]

    def stop(self) -> None:
        """Take no more, and wait for the reactions that run; harmless when done twice."""
        if not self._thread.is_alive():
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
