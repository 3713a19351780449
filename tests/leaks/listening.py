"""Everything that passes through Redis while somebody listens."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from redis import Redis

ENOUGH = "leaks-have-been-listened-for"


@dataclass
class Listener:
    """MONITOR in a thread; `heard` has each command in the broker's database, in order."""

    url: str
    heard: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with Redis.from_url(self.url) as client:
            client.echo(ENOUGH)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def _listen(self, ready: threading.Event) -> None:
        with (
            Redis.from_url(self.url, socket_timeout=None) as client,
            client.monitor() as monitor,
        ):
            database = client.connection_pool.connection_kwargs.get("db", 0)
            ready.set()
            for command in monitor.listen():
                if ENOUGH in command["command"]:
                    return
                if command["db"] == database:
                    self.heard.append(command["command"])


def keys_and_values(url: str) -> str:
    """All that is in this database of Redis."""
    with Redis.from_url(url, decode_responses=True, encoding_errors="replace") as client:
        return "\n".join(f"{key} {_value(client, key)}" for key in client.scan_iter())


def _value(client: Any, key: str) -> object:
    match client.type(key):
        case "list":
            return client.lrange(key, 0, -1)
        case "hash":
            return client.hgetall(key)
        case "set":
            return client.smembers(key)
        case "zset":
            return client.zrange(key, 0, -1, withscores=True)
        case _:
            return client.get(key)
