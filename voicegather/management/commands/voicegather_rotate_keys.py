from __future__ import annotations

import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from voicegather.models import KeyRotation
from voicegather.models.jobs import JobState
from voicegather.services.jobs import run_job
from voicegather.services.rotation import (
    KeyCount,
    count_keys,
    prepare_rotation,
    start_rotation,
    stop_at_once,
)

#: Between two looks at how far it is.
SECONDS_A_LOOK = 2.0


class Command(BaseCommand):
    help = (
        "Seal everything again under the newest of VOICEGATHER_ENCRYPTION_KEYS. Restart every "
        "process with the new key first. Stop it at any time: it goes on where it was. It is on "
        "the admin's page of key rotations, too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Only count what is sealed under which key."
        )
        parser.add_argument(
            "--background", action="store_true", help="Let a worker do it, and return at once."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self._tell(count_keys())
            return
        if options["background"]:
            rotation = start_rotation()
            self.stdout.write(f"Key rotation {rotation.pk} runs in the background.")
            return
        rotation = prepare_rotation()
        if rotation.state == JobState.RUNNING:
            raise CommandError(f"Key rotation {rotation.pk} is running already, elsewhere.")
        self._run(rotation)
        rotation.refresh_from_db()
        if rotation.state == JobState.RUNNING:
            raise CommandError(f"Key rotation {rotation.pk} is run by a worker; wait for its end.")
        self.stdout.write(f"{rotation.resealed} values were sealed again.")
        if rotation.state != JobState.DONE:
            raise CommandError(rotation.failure or "It was stopped: run this again to go on.")
        self._tell(count_keys())

    def _run(self, rotation: KeyRotation) -> None:
        over = threading.Event()
        if self.stdout.isatty():
            threading.Thread(target=self._follow, args=(rotation.pk, over), daemon=True).start()
        try:
            run_job(f"keyrotation:{rotation.pk}")
        except KeyboardInterrupt:
            stop_at_once(rotation)
            raise CommandError("Stopped. Run this again to go on.") from None
        finally:
            over.set()

    def _follow(self, pk: int, over: threading.Event) -> None:
        while not over.wait(SECONDS_A_LOOK):
            rotation = KeyRotation.objects.filter(pk=pk).first()
            if rotation is not None and rotation.percent is not None:
                self.stdout.write(f"\r{rotation.percent} %", ending="")
                self.stdout.flush()
        self.stdout.write("\r", ending="")
        connection.close()

    def _tell(self, counts: list[KeyCount]) -> None:
        for each in counts:
            kind = "the newest" if each.is_newest else "an older one"
            if not each.is_configured:
                kind = "NOT CONFIGURED"
            self.stdout.write(f"Key {each.name or 'without a name'} ({kind}): {each.values} values")
            for column, values in sorted(each.columns.items()):
                self.stdout.write(f"  {column}: {values}")
            if each.is_configured and not each.is_newest and not each.values:
                self.stdout.write("  Nothing needs it any more: it can be taken out.")
        if any(each.values and not each.is_configured for each in counts):
            self.stderr.write(
                self.style.WARNING(
                    "Values that no configured key opens: put the keys that sealed them back into "
                    "VOICEGATHER_ENCRYPTION_KEYS, after the newest."
                )
            )
