from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError, close_old_connections

from voicegather.heartbeat import beat
from voicegather.services import clock

log = logging.getLogger("voicegather.clock")


class Command(BaseCommand):
    help = (
        "Looks after calls whose deadline has passed, and after events and commands that were "
        "left behind. Run one beside the workers; of several, one leads. After each look it "
        "touches the file that VOICEGATHER_HEARTBEAT_FILE names."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--interval", type=float, default=1.0, help="Seconds between two looks (1)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Not in the parser, which `call_command` passes by.
        if not 0 < options["interval"] < clock.LEASE_SECONDS:
            raise CommandError(
                f"--interval must be more than 0 and less than {clock.LEASE_SECONDS} seconds, "
                "after which another clock takes over."
            )
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        owner = f"{socket.gethostname()}:{os.getpid()}"
        if options["verbosity"]:
            self.stdout.write(f"The clock runs ({owner}). Ctrl-C stops it.")
        self._clock = clock.Clock()
        self._leads = False
        while not stop.is_set():
            self._look(owner)
            stop.wait(options["interval"])
        self._resign(owner)

    def _look(self, owner: str) -> None:
        """One turn; a database that is away is looked for again at the next."""
        try:
            close_old_connections()
            leads = clock.lead(owner)
            if leads:
                self._clock.tick()
        except (DatabaseError, InterfaceError) as problem:
            log.error("the clock cannot reach the database: %s", type(problem).__name__)
            return
        if leads != self._leads:
            log.info("this clock %s (%s)", "leads" if leads else "stands by", owner)
            self._leads = leads
        beat()

    def _resign(self, owner: str) -> None:
        try:
            clock.resign(owner)
        except (DatabaseError, InterfaceError):
            log.warning("the clock ends without giving back its lease: another leads in a moment")
