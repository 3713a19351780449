"""What Prometheus is told: the site's numbers, whichever process answers, to those who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from tests.factories import make_call
from tests.services.alerts.building import NOW
from voicegather.models import CallCommand, CallEvent, Incident
from voicegather.sealing import seal
from voicegather.services import tallying
from voicegather.services.counting import count_new

TOKEN = "not-a-real-token-012345"
pytestmark = pytest.mark.django_db
Sample = tuple[str, frozenset[tuple[str, str]]]


@pytest.fixture
def with_token(settings: Any) -> dict[str, str]:
    settings.VOICEGATHER = {"METRICS_TOKEN": TOKEN}
    return {"Authorization": f"Bearer {TOKEN}"}


def samples(client: Client, headers: dict[str, str]) -> dict[Sample, float]:
    response = client.get(reverse("voicegather:metrics"), headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def at(name: str, **labels: str) -> Sample:
    return f"voicegather_{name}", frozenset(labels.items())


def test_it_is_off_until_a_setting_turns_it_on(client: Client, settings: Any) -> None:
    settings.VOICEGATHER = {}
    assert client.get(reverse("voicegather:metrics")).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer wrong", f"Basic {TOKEN}", "Bearer \u00e9"])
def test_strangers_learn_nothing(client: Client, with_token: object, given: str) -> None:
    headers = {"Authorization": given}
    response = client.get(reverse("voicegather:metrics"), headers=headers)
    assert (response.status_code, response.content) == (401, b"")


def test_networks_count_by_the_connection_s_own_address(client: Client, settings: Any) -> None:
    settings.VOICEGATHER = {"METRICS_NETWORKS": ["10.0.0.0/8"]}
    url = reverse("voicegather:metrics")
    assert client.get(url, REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get(url, REMOTE_ADDR="::ffff:10.1.2.3").status_code == 200
    assert client.get(url, REMOTE_ADDR="192.0.2.1").status_code == 403
    forwarded = {"X-Forwarded-For": "10.1.2.3"}
    assert client.get(url, REMOTE_ADDR="192.0.2.1", headers=forwarded).status_code == 403


def test_what_came_and_went_is_counted_once_however_many_clocks_count(
    client: Client, with_token: dict[str, str]
) -> None:
    count_new(NOW)
    begun = NOW + timedelta(seconds=1)
    ended = {"phase": "ended", "outcome": "failed", "ended_at": begun}
    call = make_call(started_at=begun, **ended)
    for number in range(3):
        CallEvent.objects.create(
            source="telnyx",
            external_id=str(number),
            event_type="call.hangup",
            occurred_at=begun,
            received_at=begun,
            status="dead" if number else "processed",
        )
        CallCommand.objects.create(
            call=call,
            seq=number,
            command_id=uuid4(),
            action="speak",
            sealed_params=seal({}),
            created_at=begun,
            status="accepted",
            milliseconds=(80, 300, 20_000)[number],
        )
    Incident.objects.create(kind="events_dead", opened_at=NOW, last_seen_at=NOW)
    tallying.add("webhooks", "signature", 2)
    tallying.add("jobs_failed", "export")
    for minutes in (2, 2, 5):
        count_new(NOW + timedelta(minutes=minutes))

    found = samples(client, with_token)
    assert found[at("webhooks_total", result="stored")] == 3
    assert found[at("webhooks_total", result="signature")] == 2
    assert found[at("events_total", type="call.hangup")] == 3
    assert found[at("commands_total", action="speak", status="accepted")] == 3
    assert found[at("command_duration_seconds_bucket", le="0.1")] == 1
    assert found[at("command_duration_seconds_bucket", le="10.0")] == 2
    assert found[at("command_duration_seconds_bucket", le="+Inf")] == 3
    assert found[at("command_duration_seconds_sum")] == 20.38
    assert found[at("calls_total", direction="inbound")] == 1
    assert found[at("calls_ended_total", direction="inbound", outcome="failed")] == 1
    assert found[at("dead_events")] == 2
    assert found[at("open_incidents", kind="events_dead")] == 1
    assert found[at("open_incidents", kind="menu_fails")] == 0
    assert found[at("jobs_failed_total", kind="export")] == 1
    assert found[at("jobs", kind="export", state="waiting")] == 0
    assert found[at("clock_leads")] == 0


def test_a_scrape_takes_as_many_queries_whatever_is_stored(
    client: Client, with_token: dict[str, str]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            samples(client, with_token)
        return len(captured)

    few = queries()
    for number in range(20):
        make_call(phase="running")
        tallying.add("events", f"call.{number}")
    assert queries() == few


def test_openmetrics_is_spoken_to_who_asks_for_it(
    client: Client, with_token: dict[str, str]
) -> None:
    accept = "application/openmetrics-text; version=1.0.0"
    url = reverse("voicegather:metrics")
    response = client.get(url, headers={**with_token, "Accept": accept})
    assert response.headers["Content-Type"].startswith("application/openmetrics-text")
    assert response.content.endswith(b"# EOF\n")
