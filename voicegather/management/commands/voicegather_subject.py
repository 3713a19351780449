"""``manage.py voicegather_subject``: everything held about a caller, as a zip file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voicegather.management.asking import add_user_argument, asked_subject, user_with
from voicegather.models import Disclosure
from voicegather.models.jobs import JobState
from voicegather.selectors.entries import Sight
from voicegather.services import jobs
from voicegather.services.access import open_file, prepare_request
from voicegather.services.erasing import SubjectError
from voicegather.services.exports import ExportError, write_file

BYTES_AT_ONCE = 1024 * 1024


class Command(BaseCommand):
    help = "Gathers everything held about a caller, who is read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        add_user_argument(parser)
        parser.add_argument("--output", metavar="FILE", type=Path, required=True)
        parser.add_argument(
            "--sensitive", action="store_true", help="With sensitive values, unmasked."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = user_with(options["user"], "voicegather.export_caller")
        sight = Sight.REVEALED if options["sensitive"] else Sight.MASKED
        subject = asked_subject()
        try:
            asked = prepare_request(subject, sight=sight, reason=options["reason"], author=user)
            jobs.run_job(f"access:{asked.pk}")
            asked.refresh_from_db()
            if asked.state != JobState.DONE:
                raise CommandError(asked.failure)
            with open_file(asked, user, way=Disclosure.Way.COMMAND) as file:
                write_file(options["output"], iter(lambda: file.read(BYTES_AT_ONCE), b""))
        except (SubjectError, ExportError) as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{asked.counts['calls']} calls: {options['output']}")
