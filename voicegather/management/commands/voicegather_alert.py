from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from voicegather.models import AlertDelivery, Incident
from voicegather.models.jobs import JobState
from voicegather.services import alerts, jobs
from voicegather.services.alerts.wording import headline, sentence

#: A little longer than a mail server or a webhook is waited for.
PATIENCE_SECONDS = 20.0


class Command(BaseCommand):
    help = (
        "Lists the open incidents. With --test it sends a test to every place that the settings "
        "name, and says what became of it; it exits with 1 where one did not arrive."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--test", action="store_true", help="Send a test to every place.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["test"]:
            self._test()
            return
        found = list(Incident.objects.filter(closed_at=None).order_by("opened_at"))
        for incident in found:
            words = sentence(incident.kind, incident.details)
            line = f"{incident.opened_at:%Y-%m-%d %H:%M} {headline(incident.kind, incident.label)}"
            self.stdout.write(f"{line}. {words}".strip())
        if not found:
            self.stdout.write("No incident is open.")

    def _test(self) -> None:
        try:
            sent = alerts.send_test()
        except alerts.AlertError as problem:
            raise CommandError(str(problem)) from None
        for delivery in sent:
            # A worker may have it already; then this does nothing.
            jobs.run_job(f"alert:{delivery.pk}")
            _wait(delivery)
        missed = [each for each in sent if not self._told(each)]
        if missed:
            raise CommandError(f"{len(missed)} of {len(sent)} did not arrive: see above.")

    def _told(self, delivery: AlertDelivery) -> bool:
        if delivery.state == JobState.DONE:
            self.stdout.write(self.style.SUCCESS(f"{delivery.shown_target}: sent."))
            return True
        words = delivery.failure or "no answer so far."
        self.stdout.write(self.style.ERROR(f"{delivery.shown_target}: {words}"))
        return False


def _wait(delivery: AlertDelivery) -> None:
    """Until whoever has it is done, or should be."""
    end = time.monotonic() + PATIENCE_SECONDS
    delivery.refresh_from_db()
    while delivery.state == JobState.RUNNING and time.monotonic() < end:
        time.sleep(0.1)
        delivery.refresh_from_db()
