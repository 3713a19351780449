"""voicegather_alert: what is open, and whether messages arrive."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from tests.services.alerts.building import NOW
from voicegather.models import Incident

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("voicegather_alert", *arguments, stdout=out)
    return out.getvalue()


def test_it_lists_what_is_open() -> None:
    assert run() == "No incident is open.\n"
    details = {"failed": 3, "calls": 12, "minutes": 30}
    Incident.objects.create(
        kind="menu_fails", label="Clinic", details=details, opened_at=NOW, last_seen_at=NOW
    )
    assert run() == (
        "2026-03-03 10:30 Calls to a menu fail: Clinic. "
        "3 of 12 calls of the last 30 minutes failed.\n"
    )


def test_it_says_which_places_a_test_reached(settings: Any) -> None:
    settings.VOICEGATHER = {"ALERT_EMAILS": ["ops@example.com"]}
    assert run("--test") == "ops@example.com: sent.\n"
    assert mail.outbox[0].subject == "[voicegather] Test of alerts"

    settings.VOICEGATHER |= {"ALERT_WEBHOOKS": ["https://hooks.example.com"]}
    with pytest.raises(CommandError, match="1 of 2 did not arrive"):
        run("--test")
    settings.VOICEGATHER = {}
    with pytest.raises(CommandError, match="ALERT_EMAILS"):
        run("--test")
