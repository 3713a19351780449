"""The site and its clock as processes of this machine, on a port of loopback."""

from __future__ import annotations

import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from project.children import Children

PORTS_TRIED = 100
START_SECONDS = 60
LOOK_SECONDS = 0.2


CLOCK = [sys.executable, "manage.py", "voicegather_clock"]
WORKER = [
    *(sys.executable, "-m", "celery", "-A", "project", "worker", "--queues", "voicegather.calls"),
    *("--pool", "threads", "--concurrency", "12", "--prefetch-multiplier", "1"),
    *("--loglevel", "warning"),
]
HANDLERS_WORKER = [
    *(sys.executable, "-m", "celery", "-A", "project", "worker"),
    *("--queues", "voicegather.handlers", "--hostname", "handlers@%h", "--pool", "prefork"),
    *("--concurrency", "2", "--prefetch-multiplier", "1", "--loglevel", "warning"),
]
#: Both of them, for calls and for handlers.
WORKERS = 2


class SiteError(Exception):
    """The site cannot be run; the message says why."""


def first_free_port(wanted: int) -> int:
    """`wanted`, or the next TCP port of loopback that nobody listens on; raises SiteError."""
    last = min(wanted + PORTS_TRIED, 65536)
    for port in range(wanted, last):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SiteError(f"No port is free from {wanted} to {last - 1}: name another with PORT=.")


def any_free_port() -> int:
    """A TCP port of loopback that nobody listens on, chosen by the system."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_site(
    port: int,
    environment: Mapping[str, str],
    *,
    asked_to_stop: threading.Event,
    logs: Path | None = None,
) -> Iterator[Children]:
    """Run gunicorn, the clock and, with a broker, a worker; yields once the site answers.

    All of them are ended afterwards. `asked_to_stop` cuts the waiting short. What they print goes
    into `logs`, a folder, if it is given. Raises SiteError when one of them ends, or nothing
    answers within a minute.
    """
    commands = {"site": gunicorn_on(port), "clock": CLOCK}
    if environment.get("CELERY_BROKER_URL"):
        commands |= {"worker": WORKER, "handlers": HANDLERS_WORKER}
    with Children() as children:
        for name, command in commands.items():
            children.start(name, command, environment, logs / f"{name}.log" if logs else None)
        url = f"http://127.0.0.1:{port}/voicegather/health/live/"
        _wait_until_it_answers(url, children, asked_to_stop)
        if "worker" in commands:
            _wait_for_the_workers(environment["CELERY_BROKER_URL"], children, asked_to_stop)
        yield children


def gunicorn_on(port: int) -> list[str]:
    """The command that serves the site on a port of loopback."""
    return [
        *(sys.executable, "-m", "gunicorn", "project.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8"),
        *("--log-level", "warning"),
    ]


def require_all_alive(children: Children) -> None:
    """Raises SiteError when a process has ended by itself."""
    ended = children.first_ended()
    if ended is not None:
        raise SiteError(f"The {ended.name} has ended (status {ended.status}): stopping all.")


def _wait_until_it_answers(url: str, children: Children, asked_to_stop: threading.Event) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not asked_to_stop.wait(LOOK_SECONDS):
        require_all_alive(children)
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310
                return
        except urllib.error.HTTPError as problem:
            raise SiteError(f"The site answers {url} with {problem.code}.") from problem
        except OSError:
            if time.monotonic() > deadline:
                raise SiteError(f"Nothing answers {url} after {START_SECONDS} s.") from None


def _wait_for_the_workers(broker: str, children: Children, asked_to_stop: threading.Event) -> None:
    from celery import Celery

    deadline = time.monotonic() + START_SECONDS
    with Celery(broker=broker, set_as_current=False) as asking:
        while not asked_to_stop.is_set():
            if len(asking.control.ping(timeout=LOOK_SECONDS, limit=WORKERS)) == WORKERS:
                return
            require_all_alive(children)
            if time.monotonic() > deadline:
                raise SiteError(
                    f"Fewer than {WORKERS} workers answer at the broker after {START_SECONDS} s."
                )
