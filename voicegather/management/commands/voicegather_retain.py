"""``manage.py voicegather_retain``: remove what is older than it is kept, or count it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voicegather.models import DataClass
from voicegather.models.jobs import JobState
from voicegather.services import jobs
from voicegather.services.retention import Mode, RetentionError, Tally, prepare_run


class Command(BaseCommand):
    help = "Removes what is older than each class of data is kept; the clock does it each day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Count what would go, and remove nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = prepare_run(Mode.DRY if options["dry_run"] else Mode.REMOVE)
        except RetentionError as problem:
            raise CommandError(str(problem)) from None
        jobs.run_job(f"retention:{run.pk}")
        run.refresh_from_db()
        for each in DataClass:
            if each in run.counts:
                self.stdout.write(_told(each, Tally.of(run.counts[each])))
        if run.state != JobState.DONE:
            raise CommandError(run.failure)


def _told(data_class: DataClass, tally: Tally) -> str:
    told = f"{data_class.value}: {tally.rows} rows, {tally.files} files, {tally.bytes} bytes"
    if tally.oldest:
        told += f", from {tally.oldest[:10]} to {tally.newest[:10]}"
    if tally.held or tally.running:
        told += f"; passed by: {tally.held} calls on hold, {tally.running} not over"
    return told
