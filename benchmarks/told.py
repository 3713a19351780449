"""A process of its own that is told jobs, a line of JSON each, and answers with one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from benchmarks.place import PlaceError

STOP_SECONDS = 10


@contextmanager
def told(module: str, environment: Mapping[str, str]) -> Iterator[Callable[..., Any]]:
    """Call what this gives with a job's name and arguments; raises PlaceError when it fails.

    The process ends with the context, whatever it is doing.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C reaches it through us alone.
        start_new_session=True,
    )

    def ask(job: str, **arguments: Any) -> Any:
        orders, answers = process.stdin, process.stdout
        assert orders is not None
        assert answers is not None
        orders.write(json.dumps([job, arguments]) + "\n")
        orders.flush()
        answer = answers.readline()
        if not answer:
            raise PlaceError(f"{module}: {job} failed, see above.")
        return json.loads(answer)

    try:
        yield ask
    finally:
        process.terminate()
        try:
            process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
