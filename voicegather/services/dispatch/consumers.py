"""Whether anybody takes work from a queue: workers say so in the database, every few seconds.

A broker does not know (Redis keeps no list of consumers), and asking the workers over it takes a
second or more. So a worker renews one row a queue, which all of its consumers share, and a probe
reads it. The row of a queue that nobody consumes runs out by itself; it outlasts a restart.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import connections, router

from voicegather import conf
from voicegather.models import Lease
from voicegather.selectors.handlers import live_uses
from voicegather.services import moments
from voicegather.services.connecting import connection_within_a_second

#: The settings that name a queue which some task of ours goes to; handlers' tasks come from menus
#: that name handlers alone.
QUEUES = ("QUEUE_CALLS", "QUEUE_HANDLERS")
RENEW_SECONDS = 5.0
LASTING = timedelta(seconds=20)

_PREFIX = "queue:"
_log = logging.getLogger("voicegather.dispatch")


def queue_names() -> list[str]:
    """The queues whose workers say that they are there."""
    return [conf.get(setting) for setting in QUEUES]


def needed_queue_names(*, using: str) -> list[str]:
    """Those that must be consumed when Celery dispatches: handlers' when a live menu names any."""
    needed = [conf.get("QUEUE_CALLS")]
    return [*needed, conf.get("QUEUE_HANDLERS")] if live_uses(using) else needed


def note_consumer(queues: Iterable[str], *, owner: str) -> None:
    """Note that `owner` takes from these queues now; that holds for twenty seconds."""
    until = moments.now() + LASTING
    rows = [Lease(name=_PREFIX + queue, owner=owner[:100], until=until) for queue in sorted(queues)]
    Lease.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["name"], update_fields=["owner", "until"]
    )


def consumed_queues(*, using: str) -> set[str]:
    """Those of :func:`queue_names` that somebody took from within the last twenty seconds."""
    rows = {_PREFIX + queue: queue for queue in queue_names()}
    noted = Lease.objects.using(using).filter(name__in=rows, until__gt=moments.now())
    return {rows[name] for name in noted.values_list("name", flat=True)}


def last_consumed(*, using: str) -> dict[str, datetime]:
    """Until when each of :func:`queue_names` was noted as consumed; without those that never were.

    Such a moment is twenty seconds after somebody last took from the queue.
    """
    rows = {_PREFIX + queue: queue for queue in queue_names()}
    noted = Lease.objects.using(using).filter(name__in=rows).values_list("name", "until")
    return {rows[name]: until for name, until in noted}


class Presence:
    """Notes a worker as consumer of its queues while it runs, in a thread of its own.

    `queues` is asked each time, for a worker's queues may change; those that are not ours are
    left out. A database that is away or hangs holds nothing up but this thread.
    """

    def __init__(self, *, owner: str, queues: Callable[[], Iterable[str]]) -> None:
        self._owner = owner
        self._queues = queues
        self._stopped = threading.Event()
        self._was_noted = True

    def start(self) -> None:
        """Note it now and every five seconds; may follow a :meth:`stop`."""
        self._stopped = threading.Event()
        threading.Thread(
            target=self._run, args=(self._stopped,), name="voicegather-presence", daemon=True
        ).start()

    def stop(self) -> None:
        """Note it no more. What was noted runs out, so that a restart is not taken for an end."""
        self._stopped.set()

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            self._note()
            stopped.wait(RENEW_SECONDS)

    def _note(self) -> None:
        try:
            queues = set(queue_names()).intersection(self._queues())
            if queues:
                _outside_of_pools(lambda: note_consumer(queues, owner=self._owner))
        except Exception as problem:
            if self._was_noted:
                _log.warning(
                    "Not noted that this worker takes calls (%s): health will say that none does.",
                    type(problem).__name__,
                )
            self._was_noted = False
        else:
            if not self._was_noted:
                _log.warning("Noted again that this worker takes calls.")
            self._was_noted = True


def _outside_of_pools(write: Callable[[], None]) -> None:
    """Write over a connection of this thread that is made for it and closed after.

    The worker's parent process forks: no connection may be open then, and no pool of them.
    """
    alias = router.db_for_write(Lease)
    connection = connections.create_connection(alias).copy()
    connection.settings_dict["OPTIONS"].pop("pool", None)
    connections[alias] = connection
    try:
        connection_within_a_second(alias)
        write()
    finally:
        # Another, never opened, where the attempt to connect hangs and has kept this one.
        connections[alias].close()
