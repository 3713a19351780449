"""``manage.py voicegather_erase``: erase all that is held of a caller."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voicegather.management.asking import add_user_argument, asked_subject, user_with
from voicegather.models.jobs import JobState
from voicegather.services import jobs
from voicegather.services.erasing import (
    SubjectError,
    prepare_erasure,
    preview_of,
    receipt_of,
)


class Command(BaseCommand):
    help = (
        "Erases all that is held of a caller, here and at Telnyx. It reads the caller, then the "
        "caller's last four characters to confirm, from standard input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_user_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user = user_with(options["user"], "voicegather.erase_caller")
        subject = asked_subject()
        self.stderr.write(f"{preview_of(subject).calls} calls are held. This cannot be undone.")
        try:
            typed = input(f"Type the last {len(subject.confirmation)} characters to confirm: ")
            erasure = prepare_erasure(
                subject, confirmation=typed, reason=options["reason"], author=user
            )
        except (SubjectError, EOFError) as problem:
            raise CommandError(str(problem) or "Nothing was erased.") from None
        jobs.run_job(f"erasure:{erasure.pk}")
        erasure.refresh_from_db()
        if erasure.state != JobState.DONE:
            raise CommandError(f"{erasure.failure} The clock goes on with erasure {erasure.pk}.")
        self.stdout.write(receipt_of(erasure), ending="")
