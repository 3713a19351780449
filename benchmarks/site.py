"""The site's processes as production starts them, on loopback, in one benchmark's place."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.place import Place, PlaceError
from project.children import Children
from project.site import CLOCK, WORKER, any_free_port

START_SECONDS = 60


def migrate(place: Place) -> None:
    """Make the app's tables; raises CalledProcessError after saying what is wrong."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, env=place.environment, check=True)


@contextmanager
def served(
    place: Place,
    application: str,
    extra: Mapping[str, str] | None = None,
    *,
    port: int | None = None,
) -> Iterator[int]:
    """The port, any that is free by default, where one web process answers for an application."""
    port = port or any_free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "python:project.gunicorn"),
        *("--bind", f"127.0.0.1:{port}", application),
    ]
    with _running(application, command, {**place.environment, **(extra or {})}) as process:
        process.wait_until(lambda: _listens(port))
        yield port


@contextmanager
def worked(place: Place) -> Iterator[None]:
    """A Celery worker for calls, ready."""
    from celery import Celery

    with (
        _running("worker", WORKER, place.environment) as process,
        Celery(broker=place.broker_url, set_as_current=False) as asking,
    ):
        process.wait_until(lambda: bool(asking.control.ping(timeout=0.3)))
        yield


@contextmanager
def clocked(place: Place) -> Iterator[None]:
    """The clock."""
    with _running("clock", CLOCK, place.environment):
        yield


class _Process:
    def __init__(self, name: str, children: Children, log: Path) -> None:
        self._name, self._children, self._log = name, children, log

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Raises PlaceError when it ends, or is not ready within a minute."""
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            ended = self._children.first_ended()
            if ended is not None or time.monotonic() > deadline:
                raise PlaceError(f"{self._name} does not run:\n{self._log.read_text()[-3000:]}")
            time.sleep(0.1)


@contextmanager
def _running(
    name: str, command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[_Process]:
    with tempfile.TemporaryDirectory() as folder, Children() as children:
        log = Path(folder) / "log"
        children.start(name, command, environment, log)
        yield _Process(name, children, log)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def load_sample(place: Place) -> None:
    """Publish the demo site's sample menus, and have its number answered."""
    command = [sys.executable, "-m", "benchmarks.sample"]
    subprocess.run(command, env=place.environment, check=True)
