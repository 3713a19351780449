"""What happens often is counted in memory and written now and then, by all processes together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from tests.services.alerts.building import NOW
from voicegather.models import Tally
from voicegather.models.tallies import ALL_TIME
from voicegather.services import moments, tallying
from voicegather.services.tallying import Often, forget_old, lately
from voicegather.webhooks import views

pytestmark = pytest.mark.django_db


def total(label: str) -> int:
    rows = Tally.objects.filter(name="webhooks", label=label, bucket=ALL_TIME)
    return rows.values_list("value", flat=True).first() or 0


def test_a_process_writes_at_once_and_then_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "GAP_SECONDS", 3600)
    one, another = Often("webhooks"), Often("webhooks")
    for _each in range(5):
        one.note("signature")
    another.note("signature")
    assert total("signature") == 2
    monkeypatch.setattr(tallying, "GAP_SECONDS", 0)
    one.note("signature")
    assert total("signature") == lately("webhooks", "signature", since=moments.now()) == 7


def test_what_a_database_did_not_take_is_written_with_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tallying, "GAP_SECONDS", 0)

    def away(*args: Any) -> None:
        raise DatabaseError

    often = Often("webhooks")
    with monkeypatch.context() as trouble:
        trouble.setattr(often, "_write", away)
        often.note("too_large")
    often.note("too_large")
    assert total("too_large") == 2


def test_a_webhook_with_a_bad_signature_is_counted(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "refused_webhooks", Often("webhooks"))
    response = client.post("/voicegather/webhook/", b"{}", content_type="application/json")
    assert (response.status_code, total("signature")) == (401, 1)


def test_buckets_are_forgotten_and_totals_and_marks_stay() -> None:
    tallying.add("webhooks", "signature", 3)
    tallying.add("webhooks", "signature", 3, bucket=NOW)
    tallying.add("counted", "events", bucket=NOW)
    forget_old(NOW + timedelta(days=3))
    assert set(Tally.objects.values_list("name", "bucket")) == {
        ("webhooks", ALL_TIME),
        ("counted", NOW),
    }
